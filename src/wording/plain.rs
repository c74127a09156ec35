//! Wordings that other software may well use: they tell of a service only in a text that names it.

/// So few words, none of them a name, are anybody's.
const MOST: usize = 7;

/// Whether a wording consists of a few words of English and holds no name that a program gives: `AADSTS50126`,
/// `access_denied`, `RequestFailed`. One in another language is taken for its service's.
pub(super) fn is_plain(saying: &str) -> bool {
    let words = || saying.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    saying.is_ascii() && words().count() <= MOST && !words().any(is_name)
}

fn is_name(word: &str) -> bool {
    let letters = word.as_bytes();
    let has_capital_within =
        letters.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    has_capital_within || word.contains('_') || letters.iter().filter(|byte| byte.is_ascii_digit()).count() > 3
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn a_few_words_without_a_name_are_anybodys() {
        for saying in
            ["Invalid JWT token", "Nonce mismatch error", "Request to the endpoint timed out", "(401) Unauthorized"]
        {
            assert!(is_plain(saying), "{saying}");
        }
        for saying in [
            "PowerBINotAuthorizedException",
            "interaction_required",
            "Error code: -2147023584",
            "The access token has been obtained for wrong audience or resource",
            "使用不可能",
        ] {
            assert!(!is_plain(saying), "{saying}");
        }
    }
}
