//! Files that gzip and zstd have packed.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::{DUMP, dump_as_json, open, open_text, options, print};
use kubectl_ds::source::files::Files;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    compress_to_vec(text, CompressionLevel::Fastest)
}

/// Frames that a decoder skips, as `pzstd` writes them.
fn skipped(length: u8) -> Vec<u8> {
    let mut frame = vec![0x5a, 0x2a, 0x4d, 0x18, length, 0, 0, 0];
    frame.resize(8 + usize::from(length), 7);
    frame
}

fn read(bytes: &[u8]) -> Result<String, String> {
    let files = Files::open(&["-".to_owned()], options(), bytes);
    files.map(|f| print(&f)).map_err(|e| e.to_string())
}

/// The dump in one piece and in several.
fn packed() -> Vec<(&'static str, Vec<u8>)> {
    let json = dump_as_json();
    let (one, two) = json.as_bytes().split_at(json.len() / 3);
    vec![
        ("gzip", gzip(json.as_bytes())),
        ("members", [gzip(one), gzip(two)].concat()),
        ("YAML", gzip(DUMP.as_bytes())),
        ("zstd", zstd(json.as_bytes())),
        ("frames", [zstd(one), skipped(9), zstd(two)].concat()),
        (
            "skipped",
            [skipped(0), zstd(DUMP.as_bytes()), skipped(3)].concat(),
        ),
    ]
}

#[test]
fn they_are_read_as_they_are() {
    let whole = print(&open_text(DUMP).unwrap());
    for (form, bytes) in packed() {
        assert_eq!(read(&bytes).as_ref(), Ok(&whole), "{form}");
    }
    let folder = tempfile::tempdir().unwrap();
    let list: serde_json::Value = serde_json::from_str(&dump_as_json()).unwrap();
    for (index, item) in list["items"].as_array().unwrap().iter().enumerate() {
        let (json, yaml) = (item.to_string(), serde_yaml::to_string(item).unwrap());
        let (name, bytes) = match index % 3 {
            0 => ("json.gz", gzip(json.as_bytes())),
            1 => ("yaml.zst", zstd(yaml.as_bytes())),
            // Its content says what it is, whatever its name.
            _ => ("yml", gzip(yaml.as_bytes())),
        };
        fs::write(folder.path().join(format!("{index}.{name}")), bytes).unwrap();
    }
    fs::write(folder.path().join("notes.txt.gz"), "no manifest").unwrap();
    fs::write(folder.path().join("notes.gz"), "no manifest").unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(print(&open(&[path], options()).unwrap()), whole);
}

/// What comes after the last frame may be missing: nobody could tell.
#[test]
fn cut_off_anywhere() {
    for (form, bytes) in packed() {
        let all = if form == "skipped" {
            bytes.len() - 11
        } else {
            bytes.len()
        };
        for end in (1..all).step_by(5).chain(all - 20..all) {
            let error = read(&bytes[..end]).unwrap_err();
            assert!(error.starts_with("stdin"), "{form} to {end}: {error}");
        }
    }
    let cut = |packed: &[u8]| read(&packed[..packed.len() - 5]).unwrap_err();
    assert_eq!(
        cut(&gzip(DUMP.as_bytes())),
        "stdin: its gzip data end in the middle: the file is cut off"
    );
    assert_eq!(
        cut(&zstd(DUMP.as_bytes())),
        "stdin: its zstd data end in the middle: the file is cut off"
    );
}

#[test]
fn damaged_anywhere() {
    let whole = print(&open_text(DUMP).unwrap());
    let mut random = fastrand::Rng::with_seed(22);
    let mut bad = 0;
    for (form, bytes) in packed() {
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            let at = random.usize(0..bytes.len());
            bytes[at] ^= 1 << random.u8(0..8);
            match read(&bytes) {
                // Not every bit of a header, and none of what is skipped, says anything.
                Ok(answer) => assert_eq!(answer, whole, "{form} at {at}"),
                Err(error) => {
                    assert!(!error.contains(char::is_control), "{form} at {at}: {error}");
                    bad += 1;
                }
            }
        }
    }
    assert!(bad > 700, "{bad}");
    let mut bytes = gzip(DUMP.as_bytes());
    let last = bytes.len() - 6;
    bytes[last] ^= 1;
    assert_eq!(
        read(&bytes).unwrap_err(),
        "stdin: its gzip data are damaged: fetch or pack the file again"
    );
}

/// A few kilobytes that unpack into more than any object has.
#[test]
fn an_object_without_end() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"{\"apiVersion\": \"").unwrap();
    for _ in 0..40 {
        encoder.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    let error = read(&encoder.finish().unwrap()).unwrap_err();
    let problem = "MiB, far too much for a file of this length: unpack it first";
    assert!(error.starts_with("stdin:1: what begins here unpacks to more than "));
    assert!(error.ends_with(problem), "{error}");
}
