//! The words by which a secret may be near, found in one pass over a text.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::commands;
use super::words::typos;

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
    "sudo -s",
    ".tochararray",
    "##vso[task.set",
    "::add-mask::",
    "::set-output ",
    "::set-env ",
    "::save-state ",
    "form-data; name=",
    "\"cookies\"",
    "stringdata:",
    "kind: secret",
    "oracle:thin:",
    "send \"",
    " -u ",
    " -u:",
];
/// A piece of every name of a secret; the longer first.
const NAMES: &[&str] = &[
    "secret",
    "secrèt",
    "wpa_passphrase",
    "psk",
    "κωδικ",
    "Κωδικ",
    "סיסמ",
    "المرور",
    "khẩu",
    "รหัสผ่าน",
    "पासवर्ड",
    "sandi",
    "lozin",
    "лозин",
    "Лозин",
    "slapta",
    "masterauth",
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
    "hasł",
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
/// Pieces of the names of functions; those that begin as a name are found by it. Commands are found by their own names.
const FUNCTIONS: &[&str] = &[
    "application",
    "auth",
    "basic",
    "login",
    "logon",
    "signin",
    "connect",
    "certificate2",
    "pkcs12",
    "pdo(",
    "serviceprincipal",
];

static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let fixed = FORMS.iter().chain(NAMES).chain(typos()).chain(FUNCTIONS).map(|word| (*word).to_owned());
    let commands = commands::names().flat_map(|name| [" ", "\t", ".exe"].map(|end| format!("{name}{end}")));
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostFirst)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(fixed.chain(commands))
        .ok()
});

/// The words in a text, in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Trigger, Range<usize>)> + '_ {
    let names = FORMS.len() + NAMES.len() + typos().len();
    WORDS.iter().flat_map(move |words| words.find_iter(text)).map(move |found| {
        let index = found.pattern().as_usize();
        let trigger = FORMS
            .get(index)
            .map_or(if index < names { Trigger::Name } else { Trigger::Place }, |form| Trigger::Form(form));
        (trigger, found.range())
    })
}
