//! What somebody says beside code or data, in any language.

use crate::pattern::{Pattern, pattern};

/// Words of programming languages, which no sentence is made of.
const CODE: [&str; 24] = [
    "async",
    "await",
    "class",
    "const",
    "def",
    "default",
    "else",
    "export",
    "extends",
    "from",
    "function",
    "implements",
    "import",
    "interface",
    "let",
    "namespace",
    "private",
    "protected",
    "public",
    "readonly",
    "return",
    "static",
    "var",
    "void",
];
/// What a line of code has and a sentence seldom does.
const MARKS: [char; 10] = [';', '{', '}', '(', ')', '[', ']', '<', '>', '='];
/// So many words in a row are a sentence, also among the marks of code.
const SENTENCE: usize = 3;

/// What is not a person's words: texts in quotes, where code may have one, and addresses.
static QUOTED: Pattern = pattern!(r#""[^"\n]*"|`[^`\n]*`|[=(:,\[{]\s*'[^'\n]*'|\b[a-z]+://\S+"#);

/// A member of an embed configuration whose value is a variable: `accessToken: token`.
static MEMBER: Pattern =
    pattern!(r"\b(?:type|id|embedUrl|accessToken|tokenType|permissions|viewMode|groupId|datasetId)\s*:\s*[\w.$]+");

/// The lines in which somebody says something beside code, settings and markup. Comments are part of the code.
pub(super) fn said(text: &str) -> Vec<&str> {
    let is_said_in = |line: &&str| {
        let line = MEMBER.replace(without_comment(line.trim()), |_| String::new());
        is_said(&QUOTED.replace(&line, |_| "=".to_owned()))
    };
    text.lines().filter(is_said_in).collect()
}

fn without_comment(line: &str) -> &str {
    if ["//", "#", "/*", "*", "<!--", "@"].iter().any(|start| line.starts_with(start)) {
        return "";
    }
    line.split_once(" //").map_or(line, |(code, _)| code)
}

fn is_said(line: &str) -> bool {
    let words = line.split_whitespace().map(|token| token.trim_matches(|c: char| ",.:;?!…\"'’".contains(c)));
    if line.contains(MARKS) {
        let mut run = 0;
        return words.into_iter().any(|word| {
            run = if is_word(word) { run + 1 } else { 0 };
            run >= SENTENCE
        });
    }
    let all: Vec<&str> = words.collect();
    let is_alone = all.len() == 1;
    all.iter().filter(|word| is_word(word)).count() > 1
        || all.iter().any(|word| has_other_letters(word) || is_alone && is_name(word))
}

fn is_word(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'))
        && !CODE.contains(&word)
}

/// Languages without blanks between words make one of a sentence.
fn has_other_letters(word: &str) -> bool {
    word.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
}

/// Whether a word is joined of several, as the names of errors are: `LoadReportFailed`.
fn is_name(word: &str) -> bool {
    is_word(word) && word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_any_language_are_said() {
        for text in [
            "The report stays blank with this:\n{ \"id\": 1 }",
            "spinner spins and spins",
            "any idea?",
            "I get an error (403) with this",
            "Der Bericht lädt nicht, obwohl alles stimmt:",
            "Le rapport ne s'affiche pas",
            "La página se queda en blanco",
            "レポートが表示されません。",
            "LoadReportFailed",
        ] {
            assert_eq!(said(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn code_and_settings_say_nothing() {
        for text in [
            "const report = powerbi.embed(container, config);",
            "report.on('error', event => console.error('it does not load'));",
            "export default function App() { return null; }",
            "public static async Task Main(string[] args)",
            "{\n  \"tokenType\": 1,\n  \"note\": \"the report of the north\"\n}",
            "# Report Id for which Embed token needs to be generated\nREPORT_ID = ''",
            "  tokenType: models.TokenType.Embed",
            "<Report config={{ type: 'report', id: 'a', embedUrl: 'b', accessToken: 'c' }} />",
            "accessToken: token,",
            "powerbi.embed(el, { type: 'report', accessToken: accessToken, tokenType: 1 });",
            "<add key=\"tenant\" value=\"contoso\" />",
            "powerbi.embed(c, config); // shows the report of the month",
            "POST https://api.powerbi.com/v1.0/myorg/GenerateToken 200",
            "rendered",
        ] {
            assert!(said(text).is_empty(), "{text}");
        }
    }
}
