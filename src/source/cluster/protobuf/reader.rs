//! The fields of protobuf, as they are encoded.

/// What isn't protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::cluster) struct Malformed;

/// The value of a field; strings, bytes and messages look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::cluster) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes, which the API doesn't use for anything that is read.
    Fixed,
}

/// The bytes of a message, field after field.
#[derive(Clone, Copy, Debug)]
pub(in crate::source::cluster) struct Fields<'a>(pub(in crate::source::cluster) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next field's number and value; `None` at the end of the message.
    pub(in crate::source::cluster) fn next(
        &mut self,
    ) -> Result<Option<(u32, Value<'a>)>, Malformed> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let head = Head::read(self.0)?.ok_or(Malformed)?;
        let rest = self.0.get(head.len..).ok_or(Malformed)?;
        let (value, rest) = match head.content {
            Content::Number(number) => (Value::Number(number), rest),
            Content::Bytes(len) => {
                let len = usize::try_from(len).map_err(|_| Malformed)?;
                let (bytes, rest) = rest.split_at_checked(len).ok_or(Malformed)?;
                (Value::Bytes(bytes), rest)
            }
            Content::Fixed(len) => (Value::Fixed, rest.get(len..).ok_or(Malformed)?),
        };
        self.0 = rest;
        Ok(Some((head.number, value)))
    }

    /// The bytes of the last field of this number, as protobuf defines it; empty where there is
    /// none.
    pub(in crate::source::cluster) fn bytes_of(
        mut self,
        number: u32,
    ) -> Result<&'a [u8], Malformed> {
        let mut found: &[u8] = &[];
        while let Some((other, value)) = self.next()? {
            match value {
                Value::Bytes(bytes) if other == number => found = bytes,
                _ if other == number => return Err(Malformed),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The head before a field's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::cluster) struct Head {
    pub(in crate::source::cluster) number: u32,
    pub(in crate::source::cluster) content: Content,
    /// The length of the head itself.
    pub(in crate::source::cluster) len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::cluster) enum Content {
    /// The value itself; nothing follows.
    Number(u64),
    /// So many bytes follow.
    Bytes(u64),
    Fixed(usize),
}

impl Head {
    /// Reads the head that `bytes` begin with; `None` when they end in it.
    pub(in crate::source::cluster) fn read(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some((key, key_len)) = varint(bytes)? else {
            return Ok(None);
        };
        let number = u32::try_from(key >> 3).map_err(|_| Malformed)?;
        if number == 0 {
            return Err(Malformed);
        }
        let rest = bytes.get(key_len..).unwrap_or_default();
        let (content, len) = match key & 7 {
            kind @ (0 | 2) => {
                let Some((value, len)) = varint(rest)? else {
                    return Ok(None);
                };
                let content = if kind == 0 {
                    Content::Number(value)
                } else {
                    Content::Bytes(value)
                };
                (content, len)
            }
            1 => (Content::Fixed(8), 0),
            5 => (Content::Fixed(4), 0),
            // Groups, which the API doesn't use.
            _ => return Err(Malformed),
        };
        Ok(Some(Self {
            number,
            content,
            len: key_len + len,
        }))
    }
}

/// The number that `bytes` begin with and its length; `None` when they end in it.
fn varint(bytes: &[u8]) -> Result<Option<(u64, usize)>, Malformed> {
    // Most have one byte.
    if let Some(first @ 0..=0x7f) = bytes.first() {
        return Ok(Some((u64::from(*first), 1)));
    }
    let mut value = 0;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        // The tenth byte holds the last one of 64 bits.
        if index == 9 && *byte > 1 {
            return Err(Malformed);
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < 10 {
        Ok(None)
    } else {
        Err(Malformed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(varint(&[5, 9]), Ok(Some((5, 1))));
        assert_eq!(varint(&[0xac, 0x02]), Ok(Some((300, 2))));
        assert_eq!(varint(&[]), Ok(None));
        assert_eq!(varint(&[0xac]), Ok(None));
        let mut longest = vec![0xff; 9];
        assert_eq!(varint(&longest), Ok(None));
        longest.push(1);
        assert_eq!(varint(&longest), Ok(Some((u64::MAX, 10))));
        // Eleven bytes, and ten bytes with more than 64 bits.
        assert_eq!(varint(&[0x80; 11]), Err(Malformed));
        longest.pop();
        longest.push(2);
        assert_eq!(varint(&longest), Err(Malformed));
    }

    #[test]
    fn fields_of_every_kind() {
        let message = [
            0x08, 0x96, 0x01, // 1: 150
            0x12, 2, b'h', b'i', // 2: "hi"
            0x1d, 0, 0, 0, 0, // 3: fixed32
            0x21, 0, 0, 0, 0, 0, 0, 0, 0, // 4: fixed64
        ];
        let mut fields = Fields(&message);
        assert_eq!(fields.next(), Ok(Some((1, Value::Number(150)))));
        assert_eq!(fields.next(), Ok(Some((2, Value::Bytes(b"hi")))));
        assert_eq!(fields.next(), Ok(Some((3, Value::Fixed))));
        assert_eq!(fields.next(), Ok(Some((4, Value::Fixed))));
        assert_eq!(fields.next(), Ok(None));
        assert_eq!(Fields(&message).bytes_of(2), Ok(&b"hi"[..]));
        assert_eq!(Fields(&message).bytes_of(9), Ok(&b""[..]));
        assert_eq!(Fields(&message).bytes_of(1), Err(Malformed));
        // Only the boundaries between fields are valid ends.
        let ends = [0, 3, 7, 12, 21];
        for end in 0..message.len() {
            let mut fields = Fields(message.get(..end).unwrap());
            let whole = std::iter::from_fn(|| fields.next().transpose()).all(|f| f.is_ok());
            assert_eq!(whole, ends.contains(&end), "{end}");
        }
    }

    #[test]
    fn what_is_no_field() {
        // The number 0, a group, an unknown kind, a length beyond the end.
        for message in [&[0x02, 0][..], &[0x0b], &[0x0f, 0], &[0x0a, 5, 1]] {
            assert_eq!(Fields(message).next(), Err(Malformed), "{message:?}");
        }
    }
}
