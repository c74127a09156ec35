//! The words by which a secret may be near, found in one pass over a text.

use std::ops::Range;

/// What a word can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// What only commands and functions of a certain form have.
    Form(&'static str),
    /// A piece of a secret's name, and perhaps of a function's or command's.
    Name,
    /// A piece of the name of a function or command.
    Place,
}

/// What stands before a value, or behind it, in a form of its own.
const FORMS: &[&str] = &[
    "convertto-securestring",
    "networkcredential",
    "stringcontent(",
    "--password-stdin",
    "identified by",
    "net use ",
    "net user ",
    "net.exe use ",
    "net.exe user ",
    "-passin",
    "-passout",
    "chpasswd",
    "secret set",
];
/// A piece of every name of a secret; the longer first.
const NAMES: &[&str] = &[
    "secret",
    "secrèt",
    "pass",
    "pwd",
    "pswd",
    "psw",
    "pword",
    "pw",
    "mdp",
    "kennw",
    "geheim",
    "contrase",
    "clave",
    "senha",
    "segredo",
    "segreto",
    "parola",
    "wachtwoord",
    "hasło",
    "haslo",
    "klucz",
    "tajny",
    "парол",
    "Парол",
    "ПАРОЛ",
    "секрет",
    "Секрет",
    "СЕКРЕТ",
    "ключ",
    "Ключ",
    "КЛЮЧ",
    "密码",
    "密碼",
    "密钥",
    "密鑰",
    "口令",
    "机密",
    "秘密鍵",
    "秘密",
    "パスワード",
    "シークレット",
    "비밀번호",
    "비밀",
    "암호",
    "token",
    "key",
    "cred",
    "sas",
    "sig",
    "assertion",
    "authorization",
    "lösenord",
    "losenord",
    "hemlig",
    "hemmelig",
    "kodeord",
    "adgangskode",
    "heslo",
    "şifre",
    "Şifre",
    "sifre",
    "salasana",
    "jelsz",
    "schlüssel",
    "schluessel",
    "clé",
    "clÉ",
    "chiave",
    "chave",
];
/// Functions and commands; those that begin as a name are found by it.
const PLACES: &[&str] = &[
    "application",
    "auth",
    "basic",
    "login",
    "logon",
    "signin",
    "connect",
    "certificate2",
    "pkcs12",
    "sqlcmd",
    "bcp",
    "osql",
    "isql",
    "zip",
    "unzip",
    "ssh-keygen",
    "docker",
    "podman",
    "nerdctl",
    "helm",
    "oras",
    "skopeo",
    "az ",
    "crane",
    "m365",
    "pac ",
    "powerbi ",
    "argocd",
    "sshpass",
    "psexec",
    "mongo",
    "plink",
    "pscp",
    "certutil",
    "ldapsearch",
    "xfreerdp",
    "winrs",
    "mysql",
    "mariadb",
    "7z",
    "rar ",
    "redis-cli",
    "schtasks",
    "smbclient",
    "lftp",
    "variable",
    "http ",
];

/// Which two bytes a word begins with, small letters for great ones: a bit each.
static BEGINNINGS: [u64; 1024] = {
    let mut bits = [0; 1024];
    let lists = [FORMS, NAMES, PLACES];
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let bytes = lists[list][word].as_bytes();
            let pair = pair(bytes[0], bytes[1]);
            bits[pair >> 6] |= 1 << (pair & 63);
            word += 1;
        }
        list += 1;
    }
    bits
};

/// At most so many words begin with one byte.
const MOST: usize = 24;
/// The words that begin with a byte, in the order of the lists: their numbers from 1, and zeros.
static WORDS: [[u8; MOST]; 256] = {
    let mut words = [[0; MOST]; 256];
    let lists = [FORMS, NAMES, PLACES];
    let (mut list, mut number) = (0, 1);
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let first = lists[list][word].as_bytes()[0].to_ascii_lowercase() as usize;
            let mut free = 0;
            while words[first][free] != 0 {
                free += 1;
            }
            words[first][free] = number;
            number += 1;
            word += 1;
        }
        list += 1;
    }
    words
};

const fn pair(first: u8, second: u8) -> usize {
    (first.to_ascii_lowercase() as usize) << 8 | second.to_ascii_lowercase() as usize
}

/// The words in a text, in order and apart from each other.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Trigger, Range<usize>)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at + 1 < bytes.len() {
            let pair = pair(bytes[at], bytes[at + 1]);
            if BEGINNINGS[pair >> 6] >> (pair & 63) & 1 == 1
                && let Some((trigger, length)) = word_at(&bytes[at..])
            {
                let start = at;
                at += length;
                return Some((trigger, start..at));
            }
            at += 1;
        }
        None
    })
}

/// The word that begins here: the first that does, in the order of the lists.
fn word_at(bytes: &[u8]) -> Option<(Trigger, usize)> {
    let numbers = WORDS[usize::from(bytes[0].to_ascii_lowercase())];
    numbers.into_iter().take_while(|number| *number != 0).map(|number| word(usize::from(number) - 1)).find_map(
        |(trigger, word)| {
            let start = bytes.get(..word.len())?;
            start.eq_ignore_ascii_case(word.as_bytes()).then_some((trigger, word.len()))
        },
    )
}

fn word(number: usize) -> (Trigger, &'static str) {
    if let Some(form) = FORMS.get(number) {
        return (Trigger::Form(form), form);
    }
    let number = number - FORMS.len();
    NAMES.get(number).map_or_else(|| (Trigger::Place, PLACES[number - NAMES.len()]), |name| (Trigger::Name, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_apart() {
        let text = "My CLIENT_SECRET, az login; net use \\\\x, Пароль, p";
        let found: Vec<&str> = words(text).map(|(_, range)| &text[range]).collect();
        assert_eq!(found, ["SECRET", "az ", "login", "net use ", "Парол"]);
    }
}
