//! Common code of formatters of JSON's data model: numbers and words are written as JSON has them,
//! and a string is assembled before it is written, because its quoting depends on all of it.

use serde_json::ser::CharEscape;

/// The methods of a `Formatter` that write scalars. `$place` goes to the place of a value; the type
/// has `text`, `is_key`, and `key` and `value`, which write the string.
macro_rules! scalars {
    ($place:ident) => {
        scalars! {
            $place:
            write_null();
            write_bool(value: bool);
            write_i8(value: i8);
            write_i16(value: i16);
            write_i32(value: i32);
            write_i64(value: i64);
            write_i128(value: i128);
            write_u8(value: u8);
            write_u16(value: u16);
            write_u32(value: u32);
            write_u64(value: u64);
            write_u128(value: u128);
            write_f32(value: f32);
            write_f64(value: f64);
        }

        fn begin_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
            self.text.clear();
            Ok(())
        }

        fn write_string_fragment<W: ?Sized + Write>(
            &mut self,
            _: &mut W,
            text: &str,
        ) -> io::Result<()> {
            self.text.push_str(text);
            Ok(())
        }

        fn write_char_escape<W: ?Sized + Write>(
            &mut self,
            _: &mut W,
            escape: CharEscape,
        ) -> io::Result<()> {
            self.text.push($crate::output::scalars::unescaped(&escape));
            Ok(())
        }

        fn end_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
            if self.is_key {
                self.key(out)
            } else {
                self.value(out)
            }
        }
    };
    ($place:ident: $($name:ident($($value:ident: $type:ty)?);)*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, out: &mut W $(, $value: $type)?) -> io::Result<()> {
            self.$place(out)?;
            CompactFormatter.$name(out $(, $value)?)
        }
    )*};
}

/// The character that JSON escapes.
pub(super) fn unescaped(escape: &CharEscape) -> char {
    char::from(match *escape {
        CharEscape::Quote => b'"',
        CharEscape::ReverseSolidus => b'\\',
        CharEscape::Solidus => b'/',
        CharEscape::Backspace => 8,
        CharEscape::FormFeed => 12,
        CharEscape::LineFeed => b'\n',
        CharEscape::CarriageReturn => b'\r',
        CharEscape::Tab => b'\t',
        CharEscape::AsciiControl(byte) => byte,
    })
}
