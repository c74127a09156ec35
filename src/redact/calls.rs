//! Values that their place gives away: arguments of functions, options of commands.

use std::ops::Range;

use super::What;
use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;
use super::find::Span;
use super::names::{Named, named};
use super::plausible::{Tie, is_id};
use super::scan::taken;
use super::words::Sure;

/// Longer lists of arguments are not read, in bytes.
const LONGEST: usize = 4096;

/// Which argument of a function is the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The one of this number, from 0.
    At(usize),
    /// The last text that is no id, address or path, of at least so many arguments.
    Last(usize),
}

/// Ends of functions' names, in small letters, the longer first.
const FUNCTIONS: &[(&str, Which)] = &[
    ("networkcredential", Which::At(1)),
    ("pscredential", Which::At(1)),
    ("passwordauthentication", Which::At(1)),
    ("managedidentitycredential", Which::At(9)),
    ("interactivebrowsercredential", Which::At(9)),
    ("devicecodecredential", Which::At(9)),
    ("defaultazurecredential", Which::At(9)),
    ("azureclicredential", Which::At(9)),
    ("getcredential", Which::At(9)),
    ("certificatecredential", Which::Last(3)),
    ("credentialfactory", Which::Last(1)),
    ("credential", Which::Last(1)),
    ("credentials", Which::Last(1)),
    ("credfromsecret", Which::Last(1)),
    ("clientapplication", Which::Last(2)),
    ("principalauthentication", Which::Last(2)),
    ("basicauth", Which::Last(2)),
    ("basicauthentication", Which::Last(2)),
    ("basic", Which::Last(2)),
    ("auth", Which::Last(2)),
    ("login", Which::Last(2)),
    ("logon", Which::Last(2)),
    ("signin", Which::Last(2)),
    ("authenticate", Which::Last(2)),
    ("getconnection", Which::At(2)),
    ("connect", Which::At(2)),
    ("x509certificate2", Which::At(1)),
    ("loadpkcs12", Which::At(1)),
];
/// What a function does that takes the name of a secret, and not the secret.
const FETCHES: &[&str] = &[
    "get", "read", "fetch", "find", "load", "list", "delete", "lookup", "remove", "has", "is", "check", "validate",
    "resolve", "describe", "input", "prompt", "ask", "import", "recover", "purge", "backup", "log", "print", "hash",
];

/// How a command takes a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// As the word behind the option, or joined to it.
    Word,
    /// Joined to the option alone.
    Joined,
    /// Behind the name of a user and this sign.
    User(char),
}

/// Commands whose options have no telling name.
struct Command {
    names: &'static [&'static str],
    options: &'static [&'static str],
    takes: Takes,
    /// One of these words makes the option a secret's. Empty where it always is.
    needs: &'static [&'static str],
}

static COMMANDS: [Command; 8] = [
    Command {
        names: &["sqlcmd", "bcp", "osql", "isql", "zip", "unzip", "ssh-keygen"],
        options: &["-P"],
        takes: Takes::Word,
        needs: &[],
    },
    Command {
        names: &[
            "docker", "podman", "nerdctl", "helm", "oras", "skopeo", "az", "crane", "m365", "pac", "powerbi", "argocd",
        ],
        options: &["-p"],
        takes: Takes::Word,
        needs: &["login", "auth", "connect"],
    },
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
            "signtool",
            "xfreerdp",
            "winrs",
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
    Command { names: &["redis-cli", "schtasks"], options: &["-a", "/rp", "/RP"], takes: Takes::Word, needs: &[] },
    Command { names: &["smbclient"], options: &["-U"], takes: Takes::User('%'), needs: &[] },
    Command { names: &["lftp"], options: &["-u"], takes: Takes::User(','), needs: &[] },
    Command {
        names: &["secret", "secrets", "variable", "password", "credential", "http"],
        options: &["--value", "--body", "-b", "-Value", "--data", "-SecretValue", "--text", "-a"],
        takes: Takes::Word,
        needs: &["set", "put", "create", "add", "update", "http"],
    },
];
const PASSWORD: Named = Named { what: What::Password, sure: Sure::Sure };

/// The values of the command or function whose name has a word in it.
pub(super) fn by_place(text: &str, word: &Range<usize>, found: &mut Vec<Span>) {
    if let Some(open) = open_of_call(text, word.start) {
        found.extend(argument(text, word.start, open));
    }
    if let Some(command) = command_at(text, word.start) {
        for at in options(text, command) {
            take(text, at, found);
        }
    }
}

/// The value that a form of words leads to.
pub(super) fn by_form(text: &str, form: &str, word: &Range<usize>, found: &mut Vec<Span>) {
    let mut cursor = Cursor::new(text, word.end);
    match form {
        "convertto-securestring" => {
            found.extend(piped(text, word.start, true));
            cursor.space();
            while ["-AsPlainText", "-Force", "-String"].into_iter().any(|flag| cursor.eat(flag)) {
                cursor.space();
            }
        }
        "networkcredential" => {
            by_place(text, word, found);
            if !behind_first(&mut cursor) {
                return;
            }
        }
        "stringcontent(" => {
            found.extend(content(cursor));
            return;
        }
        "-passin" | "-passout" => {
            cursor.blanks();
            cursor.eat_any(&['"', '\'']);
            if !cursor.eat("pass:") {
                return;
            }
        }
        "identified by" => {
            cursor.space();
        }
        "--password-stdin" | "chpasswd" | "secret set" => {
            by_place(text, word, found);
            found.extend(piped(text, word.start, false));
            return;
        }
        _ => behind_share(&mut cursor),
    }
    if !cursor.rest().starts_with(['/', '-', '(', '\\', '|', '<', '>', '*']) {
        take(text, cursor.at, found);
    }
}

fn take(text: &str, at: usize, found: &mut Vec<Span>) {
    let cursor = Cursor::new(text, at);
    let read = wrapped(cursor).unwrap_or_else(|| cursor.bare());
    found.extend(taken(text, read.range, PASSWORD, Tie::Set, read.quoted));
}

/// Passes the user of `NetworkCredential 'anna', 'x'` in PowerShell.
fn behind_first(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat_any(&['"', '\'']);
    if cursor.blanks() == 0 {
        return false;
    }
    cursor.eat("-ArgumentList ");
    cursor.eat_any(&['@']);
    cursor.eat_any(&['(']);
    let line = cursor.line();
    let Some(comma) = line.find(',').filter(|comma| !line[..*comma].contains(['(', ')', '='])) else { return false };
    cursor.at += comma + 1;
    cursor.blanks();
    true
}

/// Passes the drive, the share and the user of `net use`, and the user of `net user`.
fn behind_share(cursor: &mut Cursor<'_>) {
    for _ in 0..3 {
        cursor.blanks();
        let word = cursor.line().split([' ', '\t']).next().unwrap_or_default();
        let is_user = cursor.text[..cursor.at].trim_end().to_ascii_lowercase().ends_with("net user");
        if !(is_user || word.ends_with(':') || word == "*" || word.starts_with("\\\\") || word.starts_with("/user:")) {
            return;
        }
        cursor.at += word.len();
    }
    cursor.blanks();
}

/// The part of a form whose value stands before its name.
fn content(mut cursor: Cursor<'_>) -> Option<Span> {
    cursor.space();
    let value = cursor.quoted()?;
    cursor.at = value.end;
    while cursor.eat_any(&[')', ',', ' ', '\n']).is_some() {}
    let name = cursor.quoted()?;
    let named = named(&cursor.text[name.range])?;
    taken(cursor.text, value.range, named, Tie::Set, true)
}

/// The value that a pipe hands on: in quotes, or what `echo` says.
fn piped(text: &str, at: usize, alone: bool) -> Option<Span> {
    let from = text.floor_char_boundary(at.saturating_sub(200));
    let line = text[from..at].rsplit('\n').next()?;
    let before = line[..line.rfind('|')?].trim_end();
    let start = match before.chars().last()? {
        quote @ ('"' | '\'') => before[..before.len() - 1].rfind(quote)?,
        _ => before.rfind([' ', '\t']).map_or(0, |blank| blank + 1),
    };
    let lead = before[..start].trim_end().to_ascii_lowercase();
    let is_said = ["echo", "printf", "-n", "write-output"].iter().any(|word| lead.ends_with(word));
    let is_quoted = before.ends_with(['"', '\'']);
    if !(is_said || alone && is_quoted) {
        return None;
    }
    let start = before.as_ptr() as usize - text.as_ptr() as usize + start;
    let cursor = Cursor::new(text, start);
    let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
    taken(text, read.range, PASSWORD, Tie::Set, read.quoted)
}

/// Where the arguments of a function begin whose name has a word here.
fn open_of_call(text: &str, word: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text, word);
    cursor.word();
    cursor.eat("]");
    let mut member = cursor;
    if member.eat("::") || member.eat(".") {
        let made = member.word();
        if matches!(made, "new" | "create" | "of") || made.starts_with("from") {
            cursor = member;
        }
    }
    cursor.eat("!");
    cursor.eat(" ");
    if cursor.eat("=") {
        cursor.eat(" ");
    }
    cursor.eat("(").then_some(cursor.at)
}

/// The name of a command that begins here, with the blank behind it.
fn command_at(text: &str, start: usize) -> Option<Range<usize>> {
    if text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return None;
    }
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let behind = rest[end..].strip_prefix(".exe").unwrap_or(&rest[end..]);
    let is_known = COMMANDS.iter().any(|known| known.names.contains(&&rest[..end]));
    (is_known && behind.starts_with([' ', '\t'])).then(|| start..text.len() - behind.len() + 1)
}

/// Where the values of a command's options begin.
fn options(text: &str, command: Range<usize>) -> Vec<usize> {
    let name = text[command.clone()].trim_end().trim_end_matches(".exe");
    let Some(known) = COMMANDS.iter().find(|known| known.names.contains(&name)) else { return Vec::new() };
    let line = Cursor::new(text, command.end).line();
    let line = line.split(['|', ';']).next().unwrap_or_default();
    if !known.needs.is_empty() && name != "http" && !line.split(' ').any(|word| known.needs.contains(&word)) {
        return Vec::new();
    }
    let takes = if name == "http" { Takes::User(':') } else { known.takes };
    let mut values = Vec::new();
    let mut at = command.end;
    for word in line.split([' ', '\t']) {
        let own = at;
        at += word.len() + 1;
        let Some(option) = known.options.iter().find(|option| word.starts_with(**option)) else { continue };
        let behind = word[option.len()..].trim_start_matches('=');
        values.extend(match takes {
            Takes::Word if word == *option => Some(skip_blanks(text, at)),
            Takes::Word
                if !option.starts_with("--") && (option.len() > 1) && !behind.is_empty() && is_joined(option, word) =>
            {
                Some(own + word.len() - behind.len())
            }
            Takes::Word if word[option.len()..].starts_with('=') => Some(own + option.len() + 1),
            Takes::Joined if !behind.is_empty() => Some(own + option.len()),
            Takes::User(sign) if word == *option => {
                let next = skip_blanks(text, at);
                let user = text[next..].split([' ', '\n']).next().unwrap_or_default();
                user.find(sign).map(|end| next + end + sign.len_utf8())
            }
            _ => None,
        });
    }
    values
}

/// Whether a value may be joined to an option: what follows it is no longer option.
fn is_joined(option: &str, word: &str) -> bool {
    option.ends_with([':', 'P']) || word[option.len()..].starts_with(['=', '"', '\''])
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at.min(text.len()) + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// The argument of a function that is a secret.
fn argument(text: &str, stem: usize, open: usize) -> Option<Span> {
    let from = text.floor_char_boundary(stem.saturating_sub(60));
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let start = text[from..stem]
        .rfind(|c: char| !letter(c))
        .map_or(from, |gap| from + gap + text[from + gap..].chars().next().map_or(1, char::len_utf8));
    let callee = text[start..open].split([']', ':', '(', ' ', '=', '.']).next().unwrap_or_default();
    let bare: String = callee.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (named, which) = match FUNCTIONS.iter().find(|(end, _)| bare.ends_with(end)) {
        Some((_, which)) => (PASSWORD, *which),
        None if FETCHES.iter().any(|verb| bare.starts_with(verb)) => return None,
        None => (named(callee).filter(|named| named.sure >= Sure::Likely)?, Which::Last(1)),
    };
    let (count, texts) = arguments(text, open);
    let (_, read) = match which {
        Which::At(number) => texts.into_iter().find(|(at, _)| *at == number)?,
        Which::Last(least) if count >= least => {
            texts.into_iter().rfind(|(_, read)| !is_id(&text[read.range.clone()]))?
        }
        Which::Last(_) => return None,
    };
    taken(text, read.range, named, Tie::Set, true)
}

/// How many arguments a call has, and those that are texts.
fn arguments(text: &str, open: usize) -> (usize, Vec<(usize, Read)>) {
    let end = text.floor_char_boundary((open + LONGEST).min(text.len()));
    let mut cursor = Cursor::new(&text[..end], open);
    let (mut number, mut depth, mut fresh) = (0, 0_usize, true);
    let mut texts = Vec::new();
    while let Some(c) = cursor.peek() {
        if fresh
            && depth == 0
            && let Some(read) = wrapped(cursor)
        {
            cursor.at = read.end;
            texts.push((number, read));
            fresh = false;
            continue;
        }
        if let Some(read) = cursor.quoted() {
            cursor.at = read.end;
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => number += 1,
            ';' => break,
            _ => {}
        }
        fresh = c == ',' && depth == 0 || fresh && c.is_whitespace();
        cursor.at += c.len_utf8();
    }
    (number + 1, texts)
}
