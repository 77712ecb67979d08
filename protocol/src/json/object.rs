//! A tree to types.

use super::{Malformed, Value};
use crate::codec::from_base64url;
use std::collections::BTreeMap;

/// What can be read from JSON.
pub trait Read: Sized {
    /// From a value that is there.
    fn read(value: Value) -> Result<Self, Malformed>;

    /// From a member that is not there: an error unless the type says otherwise.
    fn absent() -> Result<Self, Malformed> {
        Err(Malformed)
    }
}

/// Members that are still to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Readers that keep the first and readers that keep the last must not differ.
    pub(super) fn add(&mut self, name: String, value: Value) -> Result<(), Malformed> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(Malformed);
        }
        self.0.push((name, value));
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// A member, left where it is.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Reads and removes one member.
    pub fn take<T: Read>(&mut self, name: &str) -> Result<T, Malformed> {
        self.remove(name).map_or_else(T::absent, T::read)
    }

    /// Reads and removes a member that is bytes in base64url.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, Malformed> {
        from_base64url(&self.take::<String>(name)?).map_err(|_| Malformed)
    }

    /// Nothing may be left: an unknown member is refused.
    pub fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

impl Read for Value {
    fn read(value: Value) -> Result<Self, Malformed> {
        Ok(value)
    }
}

impl Read for Object {
    fn read(value: Value) -> Result<Self, Malformed> {
        if let Value::Object(object) = value { Ok(object) } else { Err(Malformed) }
    }
}

impl Read for String {
    fn read(value: Value) -> Result<Self, Malformed> {
        if let Value::Text(text) = value { Ok(text) } else { Err(Malformed) }
    }
}

impl Read for bool {
    fn read(value: Value) -> Result<Self, Malformed> {
        if let Value::Bool(is) = value { Ok(is) } else { Err(Malformed) }
    }
}

impl Read for u64 {
    fn read(value: Value) -> Result<Self, Malformed> {
        if let Value::Number(number) = value { Ok(number) } else { Err(Malformed) }
    }
}

impl Read for u32 {
    fn read(value: Value) -> Result<Self, Malformed> {
        u64::read(value)?.try_into().map_err(|_| Malformed)
    }
}

impl Read for u16 {
    fn read(value: Value) -> Result<Self, Malformed> {
        u64::read(value)?.try_into().map_err(|_| Malformed)
    }
}

impl Read for u8 {
    fn read(value: Value) -> Result<Self, Malformed> {
        u64::read(value)?.try_into().map_err(|_| Malformed)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value) -> Result<Self, Malformed> {
        if value == Value::Null { Ok(None) } else { T::read(value).map(Some) }
    }

    fn absent() -> Result<Self, Malformed> {
        Ok(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value) -> Result<Self, Malformed> {
        let Value::List(list) = value else { return Err(Malformed) };
        let mut read = Vec::with_capacity(list.len());
        for value in list {
            read.push(T::read(value)?);
        }
        Ok(read)
    }
}

impl<K: Read + Ord, V: Read> Read for BTreeMap<K, V> {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut read = Self::new();
        for (key, value) in Object::read(value)?.0 {
            read.insert(K::read(Value::Text(key))?, V::read(value)?);
        }
        Ok(read)
    }
}
