//! Files as `gzip` and `zstd` write them.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A frame that zstd skips; its first byte ends in any digit.
const SKIPPED: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// As many bytes are unpacked at a time.
const CHUNK: usize = 64 << 10;

/// What `reader` gives, unpacked where its first bytes say that it is packed.
pub(super) fn unpacked<'i>(mut reader: Box<dyn Read + 'i>) -> io::Result<Box<dyn Read + 'i>> {
    let mut first = Vec::new();
    reader
        .by_ref()
        .take(ZSTD.len() as u64)
        .read_to_end(&mut first)?;
    let gzip = first.starts_with(&GZIP);
    let zstd = first == ZSTD || is_skipped(&first);
    let whole = Cursor::new(first).chain(reader);
    if gzip {
        let packed = BufReader::with_capacity(CHUNK, ReadFailureMarker(whole));
        return Ok(Box::new(PackedReader("gzip", MultiGzDecoder::new(packed))));
    }
    if zstd {
        let packed = BufReader::with_capacity(CHUNK, ReadFailureMarker(whole));
        return Ok(Box::new(PackedReader("zstd", Frames::new(packed))));
    }
    Ok(Box::new(whole))
}

fn is_skipped(first: &[u8]) -> bool {
    let known = first.iter().zip(SKIPPED).enumerate();
    let same = known.filter(|(at, (byte, known))| match at {
        0 => **byte & 0xf0 == *known,
        _ => *byte == known,
    });
    same.count() == SKIPPED.len()
}

/// An error in reading, as apart from one in unpacking.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct ReadFailure(io::Error);

/// Marks the errors of reading.
struct ReadFailureMarker<R>(R);

impl<R: Read> Read for ReadFailureMarker<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into);
        read.map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            kind => io::Error::new(kind, ReadFailure(e)),
        })
    }
}

/// Says what is wrong with packed data in words.
struct PackedReader<R>(&'static str, R);

impl<R: Read> Read for PackedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1.read(into).map_err(|e| {
            let unread = e.get_ref().is_some_and(|e| e.is::<ReadFailure>());
            if unread || e.kind() == io::ErrorKind::Interrupted {
                return e;
            }
            let problem = match e.kind() {
                io::ErrorKind::UnexpectedEof => "end in the middle: the file is cut off",
                io::ErrorKind::Unsupported => {
                    "take more than 128 MiB to unpack: pack the file without `--long`"
                }
                _ => "are damaged: fetch or pack the file again",
            };
            let problem = format!("its {} data {problem}", self.0);
            io::Error::new(io::ErrorKind::InvalidData, problem)
        })
    }
}

/// The frames of zstd data, one after the other.
struct Frames<R> {
    packed: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(packed: R) -> Self {
        Self {
            packed,
            decoder: FrameDecoder::new(),
            in_frame: false,
        }
    }

    /// Begins the next frame; false at the end.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.packed) {
                Ok(()) => {
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.packed.by_ref().take(u64::from(length));
                    if io::copy(&mut skipped, &mut io::sink())? < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(problem) => return Err(io_error(problem)),
            }
        }
        Ok(false)
    }

    fn check(&self) -> io::Result<()> {
        let declared = self.decoder.get_checksum_from_data();
        if declared.is_some() && declared != self.decoder.get_calculated_checksum() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame && !self.begin()? {
                return Ok(0);
            }
            let read = self.decoder.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            if self.decoder.is_finished() {
                self.check()?;
                self.in_frame = false;
                continue;
            }
            let wanted = ruzstd::decoding::BlockDecodingStrategy::UptoBytes(CHUNK);
            let decoded = self.decoder.decode_blocks(&mut self.packed, wanted);
            decoded.map_err(io_error)?;
        }
    }
}

/// The innermost error that is one of input and output, so that an end is told from damage.
fn io_error(problem: FrameDecoderError) -> io::Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&problem);
    let mut kind = match problem {
        FrameDecoderError::WindowSizeTooBig { .. } => io::ErrorKind::Unsupported,
        _ => io::ErrorKind::InvalidData,
    };
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            kind = error.kind();
        }
        cause = error.source();
    }
    io::Error::new(kind, problem)
}
