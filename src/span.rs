//! A span of time in words.

/// The span in its largest fitting unit, rounded to a whole number: `59 minutes`, `12 days`.
#[must_use]
pub fn words(seconds: u64) -> String {
    let rounded = |unit: u64| seconds.saturating_add(unit / 2) / unit;
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (rounded(60), "minute"),
        7_200..172_800 => (rounded(3_600), "hour"),
        _ => (rounded(86_400), "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        let told = [1, 119, 3_599, 7_199, 7_200, 172_799, 1_036_800].map(words);
        assert_eq!(told, ["1 second", "119 seconds", "60 minutes", "120 minutes", "2 hours", "48 hours", "12 days"]);
    }
}
