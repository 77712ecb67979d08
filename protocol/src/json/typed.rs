//! Bytes to whatever derives [`serde::Deserialize`], for the relay and its like: small, and stricter than `serde_json`. A
//! list is never taken for an object, a fault has a kind and no words, and how far was read says where it lies. That
//! halves what the derived readers of an API weigh.

use super::{
    Malformed,
    parse::{DEPTH, Parser},
};
use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
        VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON.
    Syntax,
    /// JSON that ends early.
    Early,
    /// JSON in which a member or an element is missing.
    Missing,
    /// JSON of another form than the type's.
    Form,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("malformed JSON")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Form
    }

    fn missing_field(_: &'static str) -> Self {
        Self::Missing
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self::Missing
    }

    // What these would say otherwise has words for numbers with fractions, which are 7 KB of the relay.
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::Form
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::Form
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Form
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Form
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::Form
    }
}

/// A fault, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong.
    pub fault: Fault,
    /// How many bytes were read when it was met.
    pub read: usize,
}

/// Exactly one value of the type, with nothing after it.
pub fn typed<T: DeserializeOwned>(json: &[u8]) -> Result<T, Misread> {
    let mut reader = Reader { parser: Parser { rest: json }, depth: 0 };
    let value = T::deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|fault| Misread { fault, read: json.len() - reader.parser.rest.len() })
}

/// Reads forward. Where a fault is met it stays.
struct Reader<'a> {
    parser: Parser<'a>,
    depth: u8,
}

impl Reader<'_> {
    fn end(&mut self) -> Result<(), Fault> {
        if self.parser.peek().is_none() { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// What it means that something else comes next than what should.
    fn other(&mut self) -> Fault {
        match self.parser.peek() {
            None => Fault::Early,
            Some(b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => Fault::Form,
            Some(_) => Fault::Syntax,
        }
    }

    fn broken(&self) -> Fault {
        if self.parser.rest.is_empty() { Fault::Early } else { Fault::Syntax }
    }

    /// The beginning of a value of the right kind.
    fn begin(&mut self, token: &[u8]) -> Result<(), Fault> {
        if self.parser.has(token) { Ok(()) } else { Err(self.other()) }
    }

    /// What must come between values.
    fn expect(&mut self, token: &[u8]) -> Result<(), Fault> {
        if self.parser.has(token) { Ok(()) } else { Err(self.broken()) }
    }

    fn text(&mut self) -> Result<String, Fault> {
        if self.parser.peek() != Some(b'"') {
            return Err(self.other());
        }
        self.parser.string().map_err(|Malformed| self.broken())
    }

    fn number(&mut self) -> Result<u64, Fault> {
        if !matches!(self.parser.peek(), Some(b'0'..=b'9')) {
            return Err(self.other());
        }
        let digits = self.parser.take_while(|byte| byte.is_ascii_digit());
        if matches!(digits, [b'0', _, ..]) {
            return Err(Fault::Syntax);
        }
        if matches!(self.parser.rest, [b'.' | b'e' | b'E', ..]) {
            return Err(Fault::Form);
        }
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        number.ok_or(Fault::Form)
    }

    fn bool(&mut self) -> Result<bool, Fault> {
        if self.parser.has(b"true") {
            return Ok(true);
        }
        self.begin(b"false").map(|()| false)
    }

    /// Into an object or a list.
    fn enter(&mut self, token: &[u8]) -> Result<(), Fault> {
        self.begin(token)?;
        self.depth += 1;
        if self.depth > DEPTH { Err(Fault::Syntax) } else { Ok(()) }
    }

    /// Out of it, if its reader did not find its end.
    fn leave(&mut self, ended: bool, token: &[u8]) -> Result<(), Fault> {
        self.depth -= 1;
        if ended || self.parser.has(token) { Ok(()) } else { Err(self.more()) }
    }

    /// More than the type takes is another form, unless nothing comes at all.
    fn more(&self) -> Fault {
        if self.broken() == Fault::Early { Fault::Early } else { Fault::Form }
    }

    fn list<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.enter(b"[")?;
        let mut within = Within { first: true, ended: false };
        let value = visitor.visit_seq(Inside { reader: self, within: &mut within })?;
        self.leave(within.ended, b"]").map(|()| value)
    }

    fn object<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.enter(b"{")?;
        let mut within = Within { first: true, ended: false };
        let value = visitor.visit_map(Inside { reader: self, within: &mut within })?;
        self.leave(within.ended, b"}").map(|()| value)
    }
}

/// How far one is in an object or a list.
struct Within {
    first: bool,
    ended: bool,
}

struct Inside<'r, 'a> {
    reader: &'r mut Reader<'a>,
    within: &'r mut Within,
}

impl Inside<'_, '_> {
    /// Whether something comes next.
    fn next(&mut self, close: &[u8]) -> Result<bool, Fault> {
        self.within.ended = self.reader.parser.has(close);
        if !self.within.ended && !std::mem::replace(&mut self.within.first, false) {
            self.reader.expect(b",")?;
        }
        Ok(!self.within.ended)
    }

    /// Whether a member comes next, of whose name this is the beginning.
    fn name(&mut self) -> Result<bool, Fault> {
        let next = self.next(b"}")?;
        if next && self.reader.parser.peek() != Some(b'"') {
            return Err(self.reader.broken());
        }
        Ok(next)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.next(b"]")? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Inside<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if self.name()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        self.reader.expect(b":")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant: its name alone, or an object with it as the only member.
struct Chosen<'r, 'a> {
    reader: &'r mut Reader<'a>,
    alone: bool,
}

impl Chosen<'_, '_> {
    fn content(&mut self) -> Result<(), Fault> {
        if self.alone { Err(Fault::Form) } else { Ok(()) }
    }
}

impl<'de> EnumAccess<'de> for Chosen<'_, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let variant = seed.deserialize(&mut *self.reader)?;
        if !self.alone {
            self.reader.expect(b":")?;
        }
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Chosen<'_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        if self.alone { Ok(()) } else { Err(Fault::Form) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, Fault> {
        self.content()?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.content()?;
        self.reader.list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.content()?;
        self.reader.object(visitor)
    }
}

/// Methods that read the same.
macro_rules! alike {
    ($($method:ident: $read:ident, $visit:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.$read()?)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Fault;

    forward_to_deserialize_any! { i8 i16 i32 i64 f32 f64 char bytes byte_buf unit_struct ignored_any }

    alike! {
        deserialize_bool: bool, visit_bool;
        deserialize_u8: number, visit_u64;
        deserialize_u16: number, visit_u64;
        deserialize_u32: number, visit_u64;
        deserialize_u64: number, visit_u64;
        deserialize_string: text, visit_string;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.parser.has(b"null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.begin(b"null")?;
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let alone = self.parser.peek() == Some(b'"');
        if !alone {
            self.enter(b"{")?;
        }
        let value = visitor.visit_enum(Chosen { reader: self, alone })?;
        if alone { Ok(value) } else { self.leave(false, b"}").map(|()| value) }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.parser.peek() {
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.list(visitor),
            Some(b'"') => self.deserialize_string(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            Some(b'0'..=b'9') => self.deserialize_u64(visitor),
            _ => Err(self.other()),
        }
    }
}

#[cfg(test)]
mod tests;
