//! Command lines as a POSIX shell reads them.

/// A word of a command line: in single quotes where a shell would read more than the text.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line with these options in addition, each with its value where it has one. An option that the line has
/// already stays as it is there.
#[must_use]
pub fn with_options(line: &str, options: &[(&str, Option<String>)]) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut line = line.to_owned();
    for (name, value) in options.iter().filter(|(name, _)| !words.contains(name)) {
        line.push(' ');
        line.push_str(name);
        if let Some(value) = value {
            line.push(' ');
            line.push_str(&quoted(value));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more() {
        for (word, quoted_word) in
            [("", "''"), ("a-b_c.d", "a-b_c.d"), ("Sales embed", "'Sales embed'"), ("it's $X", r"'it'\''s $X'")]
        {
            assert_eq!(quoted(word), quoted_word);
        }
    }

    #[test]
    fn options_are_added_once() {
        let options = [("--for", Some("query".to_owned())), ("--workspace", Some("A B".to_owned())), ("-v", None)];
        assert_eq!(
            with_options("pbiauth doctor --for list", &options),
            "pbiauth doctor --for list --workspace 'A B' -v"
        );
    }
}
