//! Values that commands take by an option without a telling name, or as their last word.

use std::ops::Range;

use super::cursor::Cursor;

/// How a command takes a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// As the word behind the option, or joined to it.
    Word,
    /// Joined to the option alone.
    Joined,
    /// Behind the name of a user and this sign, joined to the option or not.
    User(char),
    /// As its last word.
    Last,
    /// As its last word, behind the name of a user and this sign.
    LastOfUser(char),
}

/// Commands whose options have no telling name.
struct Command {
    names: &'static [&'static str],
    options: &'static [&'static str],
    takes: Takes,
    /// One of these words makes the value a secret. Empty where it always is.
    needs: &'static [&'static str],
}

static COMMANDS: [Command; 15] = [
    Command {
        names: &["sqlcmd", "bcp", "osql", "isql", "zip", "unzip", "ssh-keygen", "ipmitool"],
        options: &["-P", "-N"],
        takes: Takes::Word,
        needs: &[],
    },
    Command {
        names: &[
            "docker",
            "podman",
            "nerdctl",
            "helm",
            "oras",
            "skopeo",
            "az",
            "crane",
            "m365",
            "pac",
            "powerbi",
            "argocd",
            "fab",
            "oc",
            "cf",
            "dotnet",
            "nuget",
            "buildah",
            "pbi-tools",
            "pbicli",
            "tabcmd",
        ],
        options: &["-p"],
        takes: Takes::Word,
        needs: &["login", "auth", "connect", "source", "sources"],
    },
    Command { names: &["pac"], options: &["-cs"], takes: Takes::Word, needs: &[] },
    Command {
        names: &[
            "sshpass",
            "psexec",
            "psexec64",
            "mongo",
            "mongosh",
            "mongodump",
            "plink",
            "pscp",
            "certutil",
            "ldapsearch",
            "ldapmodify",
            "ldapadd",
            "ldapdelete",
            "ldapwhoami",
            "signtool",
            "xfreerdp",
            "rdesktop",
            "winrs",
            "useradd",
            "twine",
        ],
        options: &["-pw", "-p:", "-p", "-w", "/p:", "/p"],
        takes: Takes::Word,
        needs: &[],
    },
    Command {
        names: &["mysql", "mysqldump", "mysqladmin", "mariadb", "7z", "7za", "rar"],
        options: &["-p"],
        takes: Takes::Joined,
        needs: &[],
    },
    Command { names: &["sshpass"], options: &["-p"], takes: Takes::Joined, needs: &[] },
    Command { names: &["redis-cli", "schtasks"], options: &["-a", "/rp", "/RP"], takes: Takes::Word, needs: &[] },
    Command { names: &["smbclient"], options: &["-U"], takes: Takes::User('%'), needs: &[] },
    Command { names: &["lftp"], options: &["-u"], takes: Takes::User(','), needs: &[] },
    Command {
        names: &["curl"],
        options: &["-u", "-U", "--user", "--proxy-user", "--cert", "-E"],
        takes: Takes::User(':'),
        needs: &[],
    },
    Command { names: &["http", "https", "xh"], options: &["-a", "--auth"], takes: Takes::User(':'), needs: &[] },
    Command {
        names: &["secret", "secrets", "variable", "password", "credential"],
        options: &["--value", "--body", "-b", "-Value", "--data", "-SecretValue", "--text", "--string-value"],
        takes: Takes::Word,
        needs: &["set", "put", "put-secret", "create", "add", "update"],
    },
    Command {
        names: &["htpasswd"],
        options: &[],
        takes: Takes::Last,
        needs: &["-b", "-bc", "-cb", "-nb", "-bn", "-nbB"],
    },
    Command {
        names: &["rabbitmqctl", "wpa_passphrase", "rclone"],
        options: &[],
        takes: Takes::Last,
        needs: &["add_user", "change_password", "wpa_passphrase", "obscure"],
    },
    Command {
        names: &["sqlplus", "expdp", "impdp", "sqlldr"],
        options: &[],
        takes: Takes::LastOfUser('/'),
        needs: &[],
    },
];

/// A command goes on in no more lines than this.
const MOST_LINES: usize = 12;

/// More values of one command are not taken.
const MOST: usize = 4;

/// The names of the commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().flat_map(|known| known.names).copied()
}

/// Where the values begin of the command whose name begins here.
pub(super) fn values_of_command(text: &str, start: usize) -> Vec<usize> {
    let Some(command) = command_at(text, start) else { return Vec::new() };
    let name = text[command.clone()].trim_end().trim_end_matches(".exe");
    let line = &text[command.end..end_of_lines(text, command.end)];
    let line = &line[..end_of_command(line)];
    let mut words = Vec::new();
    let mut at = command.end;
    for word in line.split([' ', '\t', '\r', '\n']) {
        words.push(at..at + word.len());
        at += word.len() + 1;
    }
    words.retain(|word| !matches!(&text[word.clone()], "" | "`" | "\\" | "^"));
    let is_needed = |known: &&Command| {
        known.names.contains(&name)
            && (known.needs.is_empty()
                || known.needs.contains(&name)
                || words.iter().any(|word| known.needs.contains(&&text[word.clone()])))
    };
    COMMANDS.iter().filter(is_needed).flat_map(|known| values(text, known, &words)).take(MOST).collect()
}

/// The name of a command that begins here, with the blank behind it.
fn command_at(text: &str, start: usize) -> Option<Range<usize>> {
    if text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return None;
    }
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
    let behind = rest[end..].strip_prefix(".exe").unwrap_or(&rest[end..]);
    let is_known = COMMANDS.iter().any(|known| known.names.contains(&&rest[..end]));
    (is_known && behind.starts_with([' ', '\t'])).then(|| start..text.len() - behind.len() + 1)
}

/// Where the line ends, or the last of those that it goes on in.
fn end_of_lines(text: &str, at: usize) -> usize {
    let mut end = at + Cursor::new(text, at).line().len();
    for _ in 0..MOST_LINES {
        let Some(next) = text[end..].strip_prefix("\r\n").or_else(|| text[end..].strip_prefix('\n')) else { break };
        if !text[at..end].trim_end().ends_with(['`', '\\', '^']) {
            break;
        }
        let start = text.len() - next.len();
        end = start + Cursor::new(text, start).line().len();
    }
    end
}

/// Where a command ends on its line: at a pipe or semicolon outside of quotes, in bytes.
fn end_of_command(line: &str) -> usize {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '|' | ';') => return at,
            _ => {}
        }
    }
    line.len()
}

/// Where the values of a command begin among its words.
fn values(text: &str, known: &Command, words: &[Range<usize>]) -> Vec<usize> {
    let behind_user = |start: usize, sign: char| {
        let user = text[start..].split([' ', '\n']).next().unwrap_or_default();
        user.find(sign).filter(|end| *end > 0).map(|end| start + end + sign.len_utf8())
    };
    let last = words.last().filter(|word| !text[word.start..].starts_with('-')).map(|word| word.start);
    match known.takes {
        Takes::Last => return last.into_iter().collect(),
        Takes::LastOfUser(sign) => {
            return words.iter().find_map(|word| behind_user(word.start, sign)).into_iter().collect();
        }
        Takes::Word | Takes::Joined | Takes::User(_) => {}
    }
    let mut values = Vec::new();
    for (index, own) in words.iter().enumerate() {
        let word = &text[own.clone()];
        let Some(option) = known.options.iter().find(|option| word.starts_with(**option)) else { continue };
        let next = words.get(index + 1).map(|next| next.start);
        let behind = word[option.len()..].trim_start_matches('=');
        let joined = own.end - behind.len();
        values.extend(match known.takes {
            Takes::Word if word == *option => next,
            Takes::Word if is_joined(option, &word[option.len()..]) => Some(joined),
            Takes::Joined if !behind.is_empty() => Some(joined),
            Takes::User(sign) if word == *option => next.and_then(|next| behind_user(next, sign)),
            Takes::User(sign) => behind_user(joined, sign),
            _ => None,
        });
    }
    values
}

/// Whether what is joined to an option is its value, and no longer option.
fn is_joined(option: &str, behind: &str) -> bool {
    behind.starts_with('=')
        || !option.starts_with("--")
            && !behind.is_empty()
            && (option.ends_with([':', 'P', 'b']) || behind.starts_with(['"', '\'']))
}
