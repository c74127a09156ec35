//! What has digits or marks and is no secret: versions, dates, sizes, algorithms, paths, files, codes, pieces of code.

/// What an algorithm, a format or a platform is called before its number.
const NUMBERED: &[&str] = &[
    "sha", "aes", "rs", "hs", "es", "ps", "rsa", "md", "utf", "base", "oauth", "pkcs", "x", "ed", "http", "http/",
    "tls", "ipv", "win", "python", "net", "node", "s", "line",
];
/// How the names of files end.
const ENDINGS: &[&str] = &[
    "json", "yaml", "yml", "txt", "pem", "pfx", "p12", "cer", "crt", "key", "env", "ini", "config", "cfg", "py", "js",
    "ts", "cs", "ps1", "sh", "md", "log", "xml", "htm", "html", "toml", "exe", "dll", "net", "com", "io", "example",
    "azure", "org", "pbix", "rs", "go", "java",
];
/// What the names of PowerShell's commands begin with.
const VERBS: &[&str] =
    &["get", "read", "convertto", "convertfrom", "new", "set", "invoke", "import", "connect", "add", "select", "write"];

/// What a bundle says of a token's signature.
const VERDICTS: &[&str] = &["valid", "invalid", "key-unknown", "not-checked"];

/// Whether a value is a term, a path or a piece of code.
pub(super) fn is_term(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let lower = lower.as_str();
    lower.starts_with("aadsts")
        || VERDICTS.contains(&lower)
        || lower.contains("://")
        || is_number(lower)
        || is_numbered(lower)
        || is_coded(value)
        || is_path(lower)
        || is_file(lower)
        || is_code(lower)
}

fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(fits)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A number with its unit, a version, a date, a time.
fn is_number(lower: &str) -> bool {
    if let Some(hex) = lower.strip_prefix("0x") {
        return all(hex, |byte| byte.is_ascii_hexdigit());
    }
    let text = lower.strip_prefix('v').unwrap_or(lower);
    let first = digits(text);
    if first == 0 {
        return false;
    }
    let rest = &text[first..];
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_unit = unit.len() <= 3 && unit.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'%');
    let is_date = |sign: char| {
        let mut parts = text.splitn(3, sign);
        let short = |part: Option<&str>| part.is_some_and(|part| part.len() <= 4 && digits(part) == part.len());
        short(parts.next()) && short(parts.next()) && parts.next().is_some_and(|part| digits(part) > 1)
    };
    let is_joined =
        rest.strip_prefix('-').is_some_and(|rest| all(rest, |byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    let is_time = first <= 2 && rest.starts_with(':') && digits(&rest[1..]) == 2;
    is_unit || is_joined || is_time || ['-', '/', '.'].into_iter().any(is_date)
}

/// `sha256`, `utf-8`, `HTTP/1.1`.
fn is_numbered(lower: &str) -> bool {
    let end = lower.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let name = lower[..end].trim_end_matches('-');
    end > 0
        && NUMBERED.contains(&name)
        && lower[end..].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
        && digits(&lower[end..]) + 4 >= lower[end..].split(['.', '_', '/', '-']).next().map_or(0, str::len)
        && (name.len() > 1 || digits(&lower[end..]) == lower.len() - end)
}

/// A code of a service: `IDW10202`, `DM_GWPipeline_Gateway_DataSourceAccessError`.
fn is_coded(value: &str) -> bool {
    let is_word = all(value, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word && ["Error", "Exception", "_ERROR", "Failed", "Denied"].iter().any(|end| value.ends_with(end)) {
        return true;
    }
    let number = value.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = value.len() - number.len();
    (2..=8).contains(&letters) && number.len() > 2 && digits(number) == number.len()
}

/// A path, or a kind of media.
pub(super) fn is_path(lower: &str) -> bool {
    let rooted = lower.trim_start_matches(['.', '~']);
    let of_drive = lower.get(1..3).is_some_and(|drive| drive == ":\\" || drive == ":/");
    let of_variable = lower.starts_with(['%', '$']) && lower.contains(['/', '\\']);
    if of_drive || of_variable || rooted.len() > 1 && rooted.starts_with(['/', '\\']) {
        return true;
    }
    let media = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
    lower.split_once('/').is_some_and(|(kind, rest)| all(kind, |byte| byte.is_ascii_lowercase()) && all(rest, media))
}

fn is_file(lower: &str) -> bool {
    let name = lower.split([':', '/']).next().unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    ENDINGS.contains(&ending) && all(stem, |byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// An option, a command, a member, a word with its plural.
fn is_code(lower: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase();
    let option = lower.trim_start_matches('-');
    let is_option = option.len() < lower.len() && option.starts_with(|c: char| c.is_ascii_lowercase());
    let is_command = lower.split_once('-').is_some_and(|(verb, rest)| VERBS.contains(&verb) && all(rest, is_letter));
    let is_member =
        lower.contains('.') && lower.split('.').all(|part| all(part, |byte| is_letter(byte) || byte == b'_'));
    let is_set =
        lower.split_once('=').is_some_and(|(name, value)| all(name, is_letter) && (value.is_empty() || name.len() < 4));
    let is_short = lower.split_once('\'').is_some_and(|(one, other)| all(one, is_letter) && all(other, is_letter));
    is_option || is_command || is_member || is_set || is_short || lower.ends_with("(s)") || lower.starts_with('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_told_from_secrets() {
        for term in [
            "v2.0",
            "24",
            "90d",
            "2026-10-05T04:00:12Z",
            "1/1/2027",
            "04:00:12",
            "0x1f",
            "2048-bit",
            "SHA256",
            "utf-8",
            "HTTP/1.1",
            "base64",
            "./lib/a.js",
            "C:\\certs\\a",
            "application/json",
            "secrets.txt",
            "app.py:12",
            "Get-Credential",
            "config.auth.secret",
            "--password",
            "AADSTS7000215",
            "https://x.example",
            "can't",
        ] {
            assert!(is_term(term), "{term}");
        }
        for secret in
            ["Zebrafish42", "correct-horse", "p@$$w0rd!%x", "abc8Q~012345", "S3cret-2026", "x9Kd2", "5unflower"]
        {
            assert!(!is_term(secret), "{secret}");
        }
    }
}
