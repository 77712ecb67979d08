//! Bytes to a tree.

use super::{Malformed, Object};

/// Values inside values; our deepest format has six.
pub(super) const DEPTH: u8 = 32;

/// What our formats use: there are no fractions and no negative numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An unsigned integer without leading zeros.
    Number(u64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object in which no member stands twice.
    Object(Object),
}

impl Value {
    /// Whether `null` stands anywhere in it.
    pub fn has_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(list) => list.iter().any(Self::has_null),
            Self::Object(object) => object.values().any(Self::has_null),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }
}

/// Exactly one value, with nothing but white space around it.
pub fn parse(json: &[u8]) -> Result<Value, Malformed> {
    let mut parser = Parser { rest: json };
    let value = parser.value(0)?;
    if parser.peek().is_none() { Ok(value) } else { Err(Malformed) }
}

pub(super) struct Parser<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Parser<'a> {
    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Takes `token` if it comes next.
    pub(super) fn has(&mut self, token: &[u8]) -> bool {
        self.peek();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &[u8]) -> Result<(), Malformed> {
        if self.has(token) { Ok(()) } else { Err(Malformed) }
    }

    fn value(&mut self, depth: u8) -> Result<Value, Malformed> {
        if depth > DEPTH {
            return Err(Malformed);
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b't') => self.expect(b"true").map(|()| Value::Bool(true)),
            Some(b'f') => self.expect(b"false").map(|()| Value::Bool(false)),
            Some(b'n') => self.expect(b"null").map(|()| Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: u8) -> Result<Value, Malformed> {
        let mut object = Object::default();
        self.expect(b"{")?;
        while !self.has(b"}") {
            if !object.is_empty() {
                self.expect(b",")?;
            }
            let name = self.string()?;
            self.expect(b":")?;
            object.add(name, self.value(depth + 1)?)?;
        }
        Ok(Value::Object(object))
    }

    fn list(&mut self, depth: u8) -> Result<Value, Malformed> {
        let mut list = Vec::new();
        self.expect(b"[")?;
        while !self.has(b"]") {
            if !list.is_empty() {
                self.expect(b",")?;
            }
            list.push(self.value(depth + 1)?);
        }
        Ok(Value::List(list))
    }

    fn number(&mut self) -> Result<Value, Malformed> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let canonical = matches!(digits, [b'0'] | [b'1'..=b'9', ..]);
        let number = digits
            .iter()
            .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit & 15)));
        number.filter(|_| canonical).map(Value::Number).ok_or(Malformed)
    }

    pub(super) fn string(&mut self) -> Result<String, Malformed> {
        let mut text = String::new();
        self.expect(b"\"")?;
        loop {
            let plain = self.take_while(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
            text.push_str(std::str::from_utf8(plain).map_err(|_| Malformed)?);
            match self.byte()? {
                b'"' => return Ok(text),
                b'\\' => text.push(self.escape()?),
                _ => return Err(Malformed),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        Ok(match self.byte()? {
            same @ (b'"' | b'\\' | b'/') => char::from(same),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(Malformed),
        })
    }

    /// `XXXX`, or a surrogate pair `XXXX\uXXXX`.
    fn unicode(&mut self) -> Result<char, Malformed> {
        let mut point = self.hex()?;
        if (0xd800..0xdc00).contains(&point) && self.rest.starts_with(b"\\u") {
            self.take(2)?;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                point = 0x1_0000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        char::from_u32(point).ok_or(Malformed)
    }

    fn hex(&mut self) -> Result<u32, Malformed> {
        self.take(4)?.iter().try_fold(0, |value, digit| {
            char::from(*digit).to_digit(16).map(|nibble| value << 4 | nibble).ok_or(Malformed)
        })
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        self.take(1)?.first().copied().ok_or(Malformed)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().position(|byte| !wanted(*byte)).unwrap_or(self.rest.len());
        self.take(length).unwrap_or_default()
    }
}
