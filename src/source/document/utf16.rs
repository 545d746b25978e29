//! UTF-16, as Windows PowerShell writes what `>` sends to a file.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};

/// As many bytes are decoded at a time.
const CHUNK: usize = 64 << 10;

/// What `reader` gives as UTF-8, where its first bytes say that it is UTF-16.
pub(super) fn decoded<'i>(mut reader: Box<dyn Read + 'i>) -> io::Result<Box<dyn Read + 'i>> {
    let mut first = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut first)?;
    let encoding = encoding(&first)?;
    let whole = Cursor::new(first).chain(reader);
    Ok(match encoding {
        Some(encoding) => Box::new(Utf16::new(whole, encoding)),
        None => Box::new(whole),
    })
}

/// The encoding by the byte order mark, or where there is none by the zeros of ASCII;
/// `None` for UTF-8.
fn encoding(first: &[u8]) -> io::Result<Option<&'static Encoding>> {
    match first {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "this is UTF-32: save the file as UTF-8 text",
        )),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, ..] => Ok(Some(UTF_16LE)),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => Ok(Some(UTF_16BE)),
        _ => Ok(None),
    }
}

/// Decodes some of a text at a time.
struct Utf16<R> {
    reader: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    text: String,
    /// How much of `text` was handed over.
    given: usize,
    /// The number of the line on which `text` begins.
    line: usize,
    is_end: bool,
}

impl<R: Read> Utf16<R> {
    fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes: vec![0; CHUNK],
            text: String::new(),
            given: 0,
            line: 1,
            is_end: false,
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        let read = self.reader.read(&mut self.bytes)?;
        let bytes = self.bytes.get(..read).unwrap_or_default();
        self.is_end = read == 0;
        self.line += super::stream::newlines(self.text.as_bytes());
        self.text.clear();
        self.given = 0;
        let length = self
            .decoder
            .max_utf8_buffer_length_without_replacement(read);
        self.text.reserve(length.unwrap_or_default());
        let decoded =
            self.decoder
                .decode_to_string_without_replacement(bytes, &mut self.text, self.is_end);
        match decoded.0 {
            DecoderResult::InputEmpty => Ok(()),
            _ => Err(self.damaged()),
        }
    }

    fn damaged(&self) -> io::Error {
        let line = self.line + super::stream::newlines(self.text.as_bytes());
        let problem = match self.is_end {
            true => "ends in the middle of a character: the file is cut off".to_owned(),
            false => {
                format!("is damaged on line {line}: save the file again, as UTF-8 text")
            }
        };
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("its UTF-16 text {problem}"),
        )
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.is_end {
            self.decode()?;
        }
        let rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let length = rest.len().min(into.len());
        let (to, from) = (into.get_mut(..length), rest.get(..length));
        if let (Some(to), Some(from)) = (to, from) {
            to.copy_from_slice(from);
        }
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::decoded;

    const TEXT: &str = "a: \u{e4}\r\nb: \u{1f600}\n";

    /// Hands over one byte at a time, as a pipe may.
    struct OneByteReader<'b>(&'b [u8]);

    impl Read for OneByteReader<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0.by_ref().take(1).read(into)
        }
    }

    fn bytes(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    fn read(bytes: &[u8]) -> Result<String, String> {
        let mut text = String::new();
        let mut reader = decoded(Box::new(OneByteReader(bytes))).map_err(|e| e.to_string())?;
        let read = reader.read_to_string(&mut text);
        read.map_err(|e| e.to_string())?;
        Ok(text)
    }

    #[test]
    fn both_orders_with_and_without_a_mark() {
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let text = bytes(TEXT, unit);
            assert_eq!(read(&text).as_deref(), Ok(TEXT));
            let marked = format!("\u{feff}{TEXT}");
            assert_eq!(read(&bytes(&marked, unit)).as_deref(), Ok(&*marked));
        }
        for other in [TEXT, "", "a", "\u{feff}a"] {
            assert_eq!(read(other.as_bytes()).as_deref(), Ok(other));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut cut = bytes(TEXT, u16::to_le_bytes);
        cut.pop();
        let problem = "its UTF-16 text ends in the middle of a character: the file is cut off";
        assert_eq!(read(&cut), Err(problem.to_owned()));
        let mut damaged = bytes("a: 1\nb: ", u16::to_be_bytes);
        damaged.extend([0xd8, 0, 0, b'x', 0, b'\n']);
        let problem = "its UTF-16 text is damaged on line 2: save the file again, as UTF-8 text";
        assert_eq!(read(&damaged), Err(problem.to_owned()));
        let problem = "this is UTF-32: save the file as UTF-8 text";
        let utf32 = [0xff, 0xfe, 0, 0, b'a', 0, 0, 0];
        assert_eq!(read(&utf32), Err(problem.to_owned()));
    }
}
