//! Resource quantities, exact to the nano.
//!
//! Mirrors `k8s.io/apimachinery/pkg/api/resource` (0.37.1). Written here because sums must equal
//! the scheduler's to the last digit, and existing crates use floating point.

use std::cmp::Ordering;
use std::fmt;

const NANO: i128 = 1_000_000_000;

/// A quantity and the family of suffixes that it is written with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    #[default]
    DecimalSi,
    BinarySi,
    DecimalExponent,
}

/// A text that isn't a quantity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("`{0}` is no quantity: write it as 100m, 0.5, 200Mi or 1e3")]
pub struct QuantityError(String);

const DECIMAL: [(&str, i32); 9] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Parses what `resource.ParseQuantity` parses; fractions of a nano are rounded up.
    ///
    /// # Errors
    /// When `text` isn't a quantity, or exceeds 10²⁸.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        Self::read(text).ok_or_else(|| QuantityError(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, suffix) = rest.split_at_checked(end)?;
        let (factor, format) = multiplier(suffix)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        // Upstream reads a text without digits as zero, unless it is empty.
        if text.is_empty() || fraction.contains('.') {
            return None;
        }
        let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
        let magnitude = scaled(digits, factor, fraction.len())?;
        // Upstream does so too: below 1, binary suffixes don't apply.
        let fractional = (1..NANO).contains(&magnitude);
        Some(Self {
            nanos: if negative { -magnitude } else { magnitude },
            format: if format == Format::BinarySi && fractional {
                Format::DecimalSi
            } else {
                format
            },
        })
    }

    /// The sum; a zero takes the other's suffixes, as `Quantity.Add` does.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let format = if self.nanos == 0 {
            other.format
        } else {
            self.format
        };
        Self {
            nanos: self.nanos.saturating_add(other.nanos),
            format,
        }
    }

    /// The difference; a zero takes the other's suffixes, as `Quantity.Sub` does.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        let negated = Self {
            nanos: other.nanos.saturating_neg(),
            format: other.format,
        };
        self.plus(negated)
    }

    /// Whether it is negative.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether it is a whole number.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.nanos % NANO == 0
    }

    /// How many times `of` it is, if that is a whole number; `of` has to be a whole number above
    /// zero.
    #[must_use]
    pub const fn is_multiple_of(self, of: Self) -> bool {
        of.is_whole() && of.nanos > 0 && self.rounded_up().nanos % of.nanos == 0
    }

    /// Rounded away from zero to a whole number, as `Value` does.
    const fn rounded_up(self) -> Self {
        let rest = self.nanos % NANO;
        let more = if rest == 0 { 0 } else { NANO - rest.abs() };
        Self {
            nanos: self.nanos + more * self.nanos.signum(),
            ..self
        }
    }

    /// The product with a whole number.
    #[must_use]
    pub fn times(self, factor: usize) -> Self {
        let factor = i128::try_from(factor).unwrap_or(i128::MAX);
        Self {
            nanos: self.nanos.saturating_mul(factor),
            ..self
        }
    }

    /// Rounded away from zero to a thousandth, as `RoundUp(Milli)` does.
    #[must_use]
    pub const fn rounded_up_to_milli(self) -> Self {
        const MICRO: i128 = 1_000_000;
        let rest = self.nanos % MICRO;
        let more = if rest == 0 { 0 } else { MICRO - rest.abs() };
        Self {
            nanos: self.nanos + more * self.nanos.signum(),
            ..self
        }
    }

    /// In hundredths, rounded to the nearest.
    #[must_use]
    pub const fn hundredths(self) -> i128 {
        const HUNDREDTH: i128 = NANO / 100;
        let half = HUNDREDTH / 2 * self.nanos.signum();
        (self.nanos + half) / HUNDREDTH
    }

    /// Whether it is less than one, above nought or below.
    #[must_use]
    pub const fn is_below_one(self) -> bool {
        self.nanos.abs() < NANO
    }

    /// In the largest unit of bytes that fits, to the nearest tenth; `None` where that is a byte.
    #[must_use]
    pub fn in_binary(self) -> Option<String> {
        let bytes = self.nanos / NANO;
        let mut unit: i128 = 1;
        let mut text = None;
        for suffix in BINARY {
            unit *= 1024;
            if bytes.abs() < unit {
                break;
            }
            let tenths = (bytes.abs() * 10 + unit / 2) / unit;
            let sign = if bytes < 0 { "-" } else { "" };
            let (whole, tenth) = (tenths / 10, tenths % 10);
            text = Some(match tenth {
                0 => format!("{sign}{whole}{suffix}"),
                tenth => format!("{sign}{whole}.{tenth}{suffix}"),
            });
        }
        text
    }

    /// In percent of `whole`, rounded to the nearest tenth; `None` if `whole` is zero.
    #[must_use]
    pub fn percent_of(self, whole: Self) -> Option<f64> {
        // Half a tenth is added and the rest cut off: that rounds to the nearest.
        let halves = self.nanos.checked_mul(2000)?.checked_add(whole.nanos)?;
        let tenths = halves.checked_div_euclid(whole.nanos.checked_mul(2)?)?;
        i32::try_from(tenths).ok().map(|t| f64::from(t) / 10.0)
    }
}

/// The factor of a suffix, as a power of ten or of 1024, and its family.
fn multiplier(suffix: &str) -> Option<(Factor, Format)> {
    if suffix.is_empty() {
        return Some((Factor::Ten(0), Format::DecimalSi));
    }
    if let Some((_, power)) = DECIMAL.iter().find(|(s, _)| *s == suffix) {
        return Some((Factor::Ten(*power), Format::DecimalSi));
    }
    if let Some(index) = BINARY.iter().position(|s| *s == suffix) {
        return Some((
            Factor::Kibi(u32::try_from(index).ok()? + 1),
            Format::BinarySi,
        ));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    Some((Factor::Ten(exponent.parse().ok()?), Format::DecimalExponent))
}

enum Factor {
    Ten(i32),
    Kibi(u32),
}

/// `digits` with `decimals` of them behind the point, times the factor, in nanos rounded up.
fn scaled(digits: i128, factor: Factor, decimals: usize) -> Option<i128> {
    let decimals = i32::try_from(decimals).ok()?;
    let (digits, power) = match factor {
        Factor::Ten(power) => (digits, power),
        Factor::Kibi(power) => (digits.checked_mul(1024_i128.checked_pow(power)?)?, 0),
    };
    let power = power.checked_add(9)?.checked_sub(decimals)?;
    if power >= 0 {
        return digits.checked_mul(10_i128.checked_pow(power.unsigned_abs())?);
    }
    let Some(divisor) = 10_i128.checked_pow(power.unsigned_abs()) else {
        return Some(digits.min(1));
    };
    Some(digits / divisor + i128::from(digits % divisor != 0))
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

/// The canonical form of `Quantity.CanonicalizeBytes`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        // A value that would lose digits isn't written in binary, nor is a small one.
        let binary = self.nanos % NANO == 0 && self.nanos.abs() >= 1024 * NANO;
        if self.format == Format::BinarySi && binary {
            let (number, power) = factor_out(self.nanos / NANO, 1024, BINARY.len());
            let suffix = power
                .checked_sub(1)
                .and_then(|i| BINARY.get(i))
                .unwrap_or(&"");
            return write!(f, "{number}{suffix}");
        }
        let (number, thousands) = factor_out(self.nanos, 1000, 9);
        let power = i32::try_from(thousands).unwrap_or(0) * 3 - 9;
        match DECIMAL.iter().find(|(_, p)| *p == power) {
            _ if power == 0 => write!(f, "{number}"),
            Some((suffix, _)) if self.format != Format::DecimalExponent => {
                write!(f, "{number}{suffix}")
            }
            _ => write!(f, "{number}e{power}"),
        }
    }
}

/// Divides `number` by `base` as long as there is no remainder, at most `most` times.
fn factor_out(mut number: i128, base: i128, most: usize) -> (i128, usize) {
    let mut times = 0;
    while times < most && number % base == 0 {
        number /= base;
        times += 1;
    }
    (number, times)
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn canonical_forms() {
        let cases = [
            ("100m", "100m"),
            ("0.1", "100m"),
            ("1000m", "1"),
            ("1.5", "1500m"),
            ("2000", "2k"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("512", "512"),
            ("0.5Ki", "512"),
            ("1e3", "1e3"),
            ("1E", "1E"),
            ("12345678901n", "12345678901n"),
            ("0.0000000001", "1n"),
            ("0", "0"),
            ("k", "0"),
            ("-1k", "-1k"),
            (".5", "500m"),
            ("5.", "5"),
        ];
        for (text, canonical) in cases {
            let quantity = Quantity::parse(text).map(|q| q.to_string());
            assert_eq!(quantity, Ok(canonical.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity() {
        for text in ["", "1.2.3", "1Mb", "1 Mi", "١", "1e", "--1", "1e99"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sums_are_exact() {
        let sum = |a: &str, b: &str| {
            let (a, b) = (
                Quantity::parse(a).unwrap_or_default(),
                Quantity::parse(b).unwrap_or_default(),
            );
            a.plus(b).to_string()
        };
        assert_eq!(sum("0", "1Ki"), "1Ki");
        assert_eq!(sum("100m", "900m"), "1");
        assert_eq!(sum("1Mi", "1M"), "2048576");
        assert_eq!(sum("1M", "1Mi"), "2048576");
        assert_eq!(sum("5Ki", "0.5"), "5120500m");
    }

    #[test]
    fn differences_are_exact() {
        let difference = |a: &str, b: &str| {
            let (a, b) = (
                Quantity::parse(a).unwrap_or_default(),
                Quantity::parse(b).unwrap_or_default(),
            );
            let difference = a.minus(b);
            (difference.to_string(), difference.is_negative())
        };
        assert_eq!(difference("2", "100m"), ("1900m".to_owned(), false));
        assert_eq!(difference("1Gi", "256Mi"), ("768Mi".to_owned(), false));
        assert_eq!(difference("1Gi", "3Gi"), ("-2Gi".to_owned(), true));
        assert_eq!(difference("0", "1Ki"), ("-1Ki".to_owned(), true));
        assert_eq!(difference("1", "1000m"), ("0".to_owned(), false));
    }

    #[test]
    fn whole_numbers_and_multiples() {
        let parse = |text: &str| Quantity::parse(text).unwrap_or_default();
        assert!(parse("2").is_whole() && parse("1000m").is_whole());
        assert!(!parse("1500m").is_whole());
        assert!(parse("4Mi").is_multiple_of(parse("2Mi")));
        assert!(!parse("3Mi").is_multiple_of(parse("2Mi")));
        assert!(!parse("3Mi").is_multiple_of(parse("0")));
        assert!(!parse("3").is_multiple_of(parse("1500m")));
    }

    #[test]
    fn shares() {
        let share = |a: &str, b: &str| {
            let (a, b) = (Quantity::parse(a).ok()?, Quantity::parse(b).ok()?);
            a.percent_of(b)
        };
        assert_eq!(share("100m", "2"), Some(5.0));
        assert_eq!(share("1", "3"), Some(33.3));
        assert_eq!(share("2", "3"), Some(66.7));
        assert_eq!(share("100m", "1930m"), Some(5.2));
        assert_eq!(share("5m", "10"), Some(0.1));
        assert_eq!(share("4m", "10"), Some(0.0));
        assert_eq!(share("1", "0"), None);
    }
}
