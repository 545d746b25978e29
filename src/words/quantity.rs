//! Quantities as people say them: `119.6Gi`, `30 cores`.

use crate::model::quantity::Quantity;

use super::sentence::Sentence;

/// Up to this length people use the canonical text: `512Mi`.
const SHORT: usize = 5;

/// An amount of a resource: exact, or rounded where nobody would use all digits.
#[must_use]
pub fn amount(resource: &str, quantity: Quantity, is_exact: bool) -> Sentence {
    if is_exact {
        return Sentence::new(quantity.to_string());
    }
    said(resource, quantity)
}

/// The same from a node's text; what isn't a quantity is kept.
#[must_use]
pub fn written(resource: &str, text: &str, is_exact: bool) -> Sentence {
    match Quantity::parse(text) {
        Ok(quantity) if !is_exact => said(resource, quantity),
        _ => Sentence::new(text),
    }
}

/// The same with the name of the resource, unless the unit says it: `2 cores`, `100m cpu`.
#[must_use]
pub fn named(resource: &str, quantity: Quantity) -> Sentence {
    match resource {
        "cpu" if !quantity.is_below_one() => said(resource, quantity),
        _ => Sentence::new(format!("{} {resource}", said(resource, quantity))),
    }
}

/// The same from a node's or a pod's text; what isn't a quantity is kept.
#[must_use]
pub fn named_text(resource: &str, text: &str) -> Sentence {
    match Quantity::parse(text) {
        Ok(quantity) => named(resource, quantity),
        Err(_) => Sentence::new(format!("{text} {resource}")),
    }
}

fn said(resource: &str, quantity: Quantity) -> Sentence {
    let exact = quantity.to_string();
    let text = match resource {
        "cpu" if !quantity.is_below_one() => Some(cores(quantity.hundredths())),
        _ if is_in_bytes(resource) && exact.len() > SHORT => quantity.in_binary(),
        _ => None,
    };
    Sentence::new(text.unwrap_or(exact))
}

fn cores(hundredths: i128) -> String {
    let s = if hundredths == 100 { "" } else { "s" };
    format!("{} core{s}", decimal(hundredths))
}

fn decimal(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let rest = match (rest, rest % 10) {
        (0, _) => String::new(),
        (rest, 0) => format!(".{}", rest / 10),
        (rest, _) => format!(".{rest:02}"),
    };
    format!("{sign}{whole}{rest}")
}

/// How much is asked for of what there is: `1.36 of 0.9 cores`, `888Mi of 400Mi memory`.
#[must_use]
pub fn of(resource: &str, asked: Quantity, has: Quantity) -> Sentence {
    Sentence::new(match resource {
        "cpu" => format!(
            "{} of {} cores",
            decimal(asked.hundredths()),
            decimal(has.hundredths())
        ),
        _ => format!(
            "{} of {} {resource}",
            said(resource, asked),
            said(resource, has)
        ),
    })
}

fn is_in_bytes(resource: &str) -> bool {
    matches!(resource, "memory" | "ephemeral-storage") || resource.starts_with("hugepages-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_says_all_digits() {
        let cases = [
            ("cpu", "100m", "100m"),
            ("cpu", "1", "1 core"),
            ("cpu", "1930m", "1.93 cores"),
            ("cpu", "5300m", "5.3 cores"),
            ("cpu", "30", "30 cores"),
            ("cpu", "-1500m", "-1.5 cores"),
            ("cpu", "0", "0"),
            ("memory", "512Mi", "512Mi"),
            ("memory", "1536Mi", "1.5Gi"),
            ("memory", "125404356Ki", "119.6Gi"),
            ("memory", "128974848", "123Mi"),
            ("memory", "-3221225472", "-3Gi"),
            ("memory", "1047527424", "999Mi"),
            ("memory", "1073741823", "1024Mi"),
            ("memory", "2G", "2G"),
            ("ephemeral-storage", "47093746742", "43.9Gi"),
            ("pods", "110", "110"),
            ("nvidia.com/gpu", "123456", "123456"),
        ];
        for (resource, written, wanted) in cases {
            let quantity = Quantity::parse(written).map(|q| said(resource, q).into_string());
            assert_eq!(quantity.as_deref(), Ok(wanted), "{resource} {written}");
        }
    }

    #[test]
    fn what_is_asked_for_stands_before_what_there_is() {
        let said = |resource, asked, has| {
            let (asked, has) = (Quantity::parse(asked).ok()?, Quantity::parse(has).ok()?);
            Some(of(resource, asked, has).into_string())
        };
        let cpu = said("cpu", "1355m", "900m");
        assert_eq!(cpu.as_deref(), Some("1.36 of 0.9 cores"));
        let memory = said("memory", "888Mi", "400Mi");
        assert_eq!(memory.as_deref(), Some("888Mi of 400Mi memory"));
    }

    #[test]
    fn a_unit_that_names_the_resource_is_not_followed_by_it() {
        let named = |resource, text| named_text(resource, text).into_string();
        assert_eq!(named("cpu", "2"), "2 cores");
        assert_eq!(named("cpu", "100m"), "100m cpu");
        assert_eq!(named("memory", "2Gi"), "2Gi memory");
        assert_eq!(named("cpu", "a lot"), "a lot cpu");
    }
}
