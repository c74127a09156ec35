//! A span of time in words.

/// The span in its largest fitting unit, as `59 minutes` or `12 days`; what is over is left out.
#[must_use]
pub fn words(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        let told = [1, 119, 3_599, 7_199, 7_200, 172_799, 1_036_800].map(words);
        assert_eq!(told, ["1 second", "119 seconds", "59 minutes", "119 minutes", "2 hours", "47 hours", "12 days"]);
    }
}
