//! The words that names of secrets are made of, in the languages of those who write them, and those that tell it apart.

use super::What;

/// How sure a name is of what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// A key of an unknown kind: only what looks like a secret is one.
    Vague,
    /// A token, a key, a credential: what is no plain word is one.
    Likely,
    /// A secret or password.
    Sure,
}

use Sure::{Likely, Sure as Certain};

/// Words that name a secret, without accents that people leave out.
pub(super) const HEADS: &[(&str, What, Sure)] = &[
    ("secret", What::Secret, Certain),
    ("secrets", What::Secret, Certain),
    ("password", What::Password, Certain),
    ("passwords", What::Password, Certain),
    ("passwd", What::Password, Certain),
    ("passphrase", What::Password, Certain),
    ("passcode", What::Password, Certain),
    ("pswd", What::Password, Certain),
    ("psw", What::Password, Certain),
    ("pword", What::Password, Certain),
    ("pwd", What::Password, Certain),
    ("pw", What::Password, Certain),
    ("pass", What::Password, Likely),
    // German, French, Spanish, Portuguese, Italian.
    ("passwort", What::Password, Certain),
    ("passwörter", What::Password, Certain),
    ("kennwort", What::Password, Certain),
    ("kennwörter", What::Password, Certain),
    ("geheimnis", What::Secret, Certain),
    ("geheimschlüssel", What::Secret, Certain),
    ("schlüssel", What::Key, Likely),
    ("schluessel", What::Key, Likely),
    ("passe", What::Password, Certain),
    ("mdp", What::Password, Certain),
    ("secrète", What::Secret, Certain),
    ("secrete", What::Secret, Certain),
    ("clé", What::Key, Likely),
    ("contraseña", What::Password, Certain),
    ("contrasena", What::Password, Certain),
    ("clave", What::Password, Certain),
    ("secreto", What::Secret, Certain),
    ("secreta", What::Secret, Certain),
    ("senha", What::Password, Certain),
    ("segredo", What::Secret, Certain),
    ("chave", What::Key, Likely),
    ("segreto", What::Secret, Certain),
    ("chiave", What::Key, Likely),
    ("parola", What::Password, Certain),
    // Dutch, the north, the east.
    ("wachtwoord", What::Password, Certain),
    ("geheim", What::Secret, Certain),
    ("lösenord", What::Password, Certain),
    ("losenord", What::Password, Certain),
    ("lösenordet", What::Password, Certain),
    ("adgangskoden", What::Password, Certain),
    ("passordet", What::Password, Certain),
    ("hemlighet", What::Secret, Certain),
    ("adgangskode", What::Password, Certain),
    ("kodeord", What::Password, Certain),
    ("passord", What::Password, Certain),
    ("hemmelighed", What::Secret, Certain),
    ("hemmelighet", What::Secret, Certain),
    ("salasana", What::Password, Certain),
    ("hasło", What::Password, Certain),
    ("haslo", What::Password, Certain),
    ("tajny", What::Secret, Certain),
    ("klucz", What::Key, Likely),
    ("heslo", What::Password, Certain),
    ("jelszó", What::Password, Certain),
    ("jelszo", What::Password, Certain),
    ("şifre", What::Password, Certain),
    ("sifre", What::Password, Certain),
    ("пароль", What::Password, Certain),
    ("пароля", What::Password, Certain),
    ("секрет", What::Secret, Certain),
    ("секретный", What::Secret, Certain),
    ("ключ", What::Key, Likely),
    // What opens a service.
    ("token", What::Token, Likely),
    ("credential", What::Secret, Likely),
    ("credentials", What::Secret, Likely),
    ("cred", What::Secret, Likely),
    ("creds", What::Secret, Likely),
    ("sas", What::Key, Likely),
    ("sig", What::Key, Likely),
    ("signature", What::Key, Likely),
    ("assertion", What::Assertion, Likely),
    ("authorization", What::Token, Likely),
    ("authkey", What::Key, Likely),
];

/// Ends of words that are written as one: `clientsecret`, `dbpassword`.
pub(super) const ENDS: &[(&str, What, Sure)] = &[
    ("secret", What::Secret, Certain),
    ("secretvalue", What::Secret, Certain),
    ("secrettext", What::Secret, Certain),
    ("secretkey", What::Secret, Certain),
    ("password", What::Password, Certain),
    ("passwd", What::Password, Certain),
    ("passphrase", What::Password, Certain),
    ("passwort", What::Password, Certain),
    ("kennwort", What::Password, Certain),
    ("geheimnis", What::Secret, Certain),
    ("geheim", What::Secret, Certain),
    ("wachtwoord", What::Password, Certain),
    ("pwd", What::Password, Certain),
    ("pass", What::Password, Likely),
    ("pw", What::Password, Likely),
    ("schlüssel", What::Key, Likely),
    ("token", What::Token, Likely),
    ("apikey", What::Key, Likely),
    ("appkey", What::Key, Likely),
    ("accesskey", What::Key, Likely),
    ("accountkey", What::Key, Likely),
    ("sharedkey", What::Key, Likely),
    ("storagekey", What::Key, Likely),
    ("masterkey", What::Key, Likely),
    ("privatekey", What::Key, Likely),
    ("subscriptionkey", What::Key, Likely),
    ("functionkey", What::Key, Likely),
    ("functionskey", What::Key, Likely),
    ("encryptionkey", What::Key, Likely),
    ("signingkey", What::Key, Likely),
    // Where no space stands between words.
    ("密码", What::Password, Certain),
    ("密碼", What::Password, Certain),
    ("口令", What::Password, Certain),
    ("密钥", What::Secret, Certain),
    ("密鑰", What::Secret, Certain),
    ("机密", What::Secret, Certain),
    ("密码值", What::Secret, Certain),
    ("パスワード", What::Password, Certain),
    ("シークレット", What::Secret, Certain),
    ("秘密鍵", What::Key, Certain),
    ("秘密", What::Secret, Certain),
    ("비밀번호", What::Password, Certain),
    ("비밀", What::Secret, Certain),
    ("암호", What::Password, Certain),
];

/// Words that end as those do and name nothing.
pub(super) const OTHERWISE: &[&str] = &[
    "bypass", "compass", "overpass", "surpass", "trespass", "encompass", "underpass", "multipass", "nosecret",
    "publickeytoken", "cancellationtoken", "nopass",
];

/// What stands before `key` where it is one that opens something.
pub(super) const KEYS_OF: &[&str] = &[
    "api", "app", "application", "access", "account", "storage", "shared", "private", "primary", "secondary", "master",
    "encryption", "encrypt", "signing", "sign", "subscription", "function", "functions", "host", "service", "svc",
    "spn", "client", "sql", "db", "database", "admin", "sas", "ssh", "aes", "hmac", "webhook", "cosmos", "eventhub",
    "hub", "bus", "iot", "principal", "user", "root", "server", "auth", "jwt", "rsa", "secure", "crypto", "pbi",
    "powerbi", "fabric", "azure", "aad", "entra", "deploy", "embed", "publish", "search", "maps", "openai", "apim",
    "blob", "queue", "redis", "vault", "license", "sendgrid", "stripe", "github", "decryption", "cipher", "session",
];

/// What stands before `key` where it is none.
pub(super) const KEYS_OF_NOTHING: &[&str] = &[
    "public", "foreign", "partition", "sort", "cache", "registry", "lookup", "object", "route", "row", "group", "index",
    "unique", "dictionary", "dict", "json", "map", "hash", "config", "setting", "error", "resource", "translation",
    "message", "instrumentation", "hot", "arrow", "correlation", "natural", "surrogate", "composite", "candidate",
    "duplicate", "missing", "invalid", "press", "tab", "enter", "the", "a", "wrong", "unknown", "dataset", "report",
];

/// Words after a secret's name by which something else is named: its id, its end.
pub(super) const ABOUT: &[&str] = &[
    "id", "ids", "name", "names", "uri", "url", "path", "file", "files", "filename", "folder", "dir", "type", "types",
    "expiry", "expires", "expire", "expired", "expiration", "exp", "endpoint", "hint", "length", "len", "ref", "reference",
    "references", "form", "format", "policy", "policies", "lifetime", "count", "version", "status", "state", "error",
    "errors", "message", "code", "codes", "date", "time", "start", "end", "begin", "days", "age", "at", "on", "in",
    "cache", "provider", "source", "field", "kind", "reset", "change", "changed", "required", "enabled", "valid",
    "invalid", "identifier", "thumbprint", "description", "display", "store", "manager", "size", "bits", "algorithm",
    "alg", "vault", "server", "service", "request", "response", "handler", "callback", "scope", "scopes", "issuer",
    "audience", "claims", "claim", "validation", "validator", "complexity", "strength", "rotation", "mode", "method",
    "option", "options", "setting", "settings", "parameter", "policyid", "usage", "uses", "permissions", "created",
    "updated", "owner", "page", "profile", "prompt", "placeholder", "label", "title", "icon", "column", "info", "link",
    "auth", "authentication", "flow", "grant", "generation", "protection", "retention", "missing", "not", "exists",
    "present", "wrong", "needed", "map", "list", "set", "env", "var", "variable", "acquired", "received", "expression",
    "nearly", "binding", "class", "object", "offset", "position", "index", "limit", "limits", "quota", "bucket", "cached",
    "refresh", "refreshed", "based", "authority", "tenant", "user", "userid", "less", "protected", "hash", "vaulturi",
    "id2", "digest", "fingerprint", "stdin", "or", "uri", "host", "port", "location", "caching", "lookup", "press", "pressed", "words",
];

/// Words before a secret's name by which something else is said of it.
pub(super) const SAID: &[&str] = &[
    "is", "has", "have", "no", "not", "show", "hide", "forgot", "forgotten", "reset", "change", "require", "requires",
    "required", "allow", "allows", "enable", "enabled", "disable", "use", "uses", "needs", "need", "without", "expired",
    "missing", "invalid", "wrong", "min", "max", "public", "cancellation", "cancel", "syntax", "unexpected", "per",
    "should", "validate", "check", "verify", "remember", "supports", "must", "num", "count", "total", "last",
];

/// Words after a secret's name that leave it one.
pub(super) const STILL: &[&str] = &[
    "value", "values", "text", "plain", "plaintext", "string", "str", "new", "old", "current", "prod", "production",
    "dev", "test", "uat", "stage", "staging", "live", "qa", "primary", "secondary", "backup", "b", "base", "encoded",
    "client", "app", "api", "cliente", "клиента", "a", "v", "do", "de", "del", "d", "decoded", "raw", "data", "confirm",
    "confirmation", "again", "repeat", "wert", "valor", "valeur", "my", "pbi", "powerbi", "spn", "sp", "clear",
];

/// Names of the field beside a name that holds its value.
pub(super) const VALUES: &[&str] = &["value", "val", "default", "defaultvalue", "currentvalue", "content", "body", "wert", "valeur", "valor", "stringvalue", "secretvalue"];

/// Functions around a value that leave it one.
pub(super) const WRAPS: &[&str] = &[
    "some", "ok", "just", "string", "str", "secret", "secretstring", "secretstr", "securestring", "password", "of", "from",
    "new", "tosecurestring", "value", "text", "quote", "encode", "trim", "bytes", "bytearray", "buffer", "nsstring",
    "base64encode", "b64encode", "sensitive", "unsecret", "makesecure", "parse", "valueof", "box", "to_string", "into",
];

/// What is said of a secret and is none, and what stands in its place.
pub(super) const PLAIN: &[&str] = &[
    "missing", "required", "invalid", "expired", "wrong", "empty", "none", "null", "nil", "true", "false", "yes", "no",
    "unset", "set", "redacted", "hidden", "masked", "removed", "string", "str", "text", "password", "secret", "optional",
    "unknown", "undefined", "disabled", "enabled", "provided", "present", "absent", "changed", "incorrect", "valid",
    "correct", "ok", "failed", "error", "success", "here", "todo", "changeme", "example", "sensitive", "encrypted",
    "plaintext", "object", "value", "number", "boolean", "bool", "int", "any", "void", "type", "default", "bearer",
    "basic", "not", "is", "was", "has", "the", "a", "an", "it", "this", "that", "for", "and", "or", "to", "in", "of",
    "with", "from", "must", "may", "can", "cannot", "will", "should", "be", "been", "your", "you", "we", "my", "our",
    "are", "were", "if", "when", "does", "did", "do", "only", "too", "found", "rejected", "accepted", "refused",
    "denied", "unauthorized", "forbidden", "used", "unused", "created", "deleted", "rotated", "updated", "stored",
    "loaded", "read", "sent", "given", "new", "old", "same", "different", "shown", "visible", "needed", "available",
    "unavailable", "configured", "generated", "confidential", "private", "public", "client", "server", "user", "file",
    "environment", "env", "keyvault", "vault", "self", "args", "options", "config", "input", "output", "certificate",
    "always", "never", "still", "now", "already", "also", "just", "currently", "rather", "quite", "very", "please",
    "at", "on", "by", "as", "but", "so", "then", "than", "there", "these", "those", "what", "which", "who", "why",
    "falsch", "abgelaufen", "ungültig", "erforderlich", "incorrecte", "requis", "invalide", "requerida", "incorrecta",
    "expire", "expires", "expiring", "cut", "truncated", "copied", "pasted", "lost", "known", "good", "bad", "fine",
    "working", "broken", "active", "inactive", "revoked", "blocked", "locked", "mismatch", "mismatched", "malformed",
    "supplied", "specified", "defined", "assigned", "exposed", "leaked", "compromised", "safe", "secure", "strong",
    "weak", "short", "long", "blank", "authentication", "verification", "validation", "prompt", "interactive", "manual",
    "forms", "oauth", "saml", "ntlm", "kerberos", "managed", "workload", "sql", "windows", "integrated", "rules",
    "inherit", "await", "async", "keyof", "self-signed", "name", "key", "token", "permissions", "grant", "flow", "policy", "reset", "access", "refresh", "id", "opaque",
];

/// Words that no password is made of: what holds one is a sentence or a term.
pub(super) const GLUE: &[&str] = &[
    "the", "is", "are", "was", "be", "been", "not", "must", "has", "have", "for", "your", "please", "cannot", "only",
    "non", "read", "well", "up", "date", "case", "long", "short", "lived", "self", "based", "sensitive", "encoded",
    "side", "protected", "wide", "aware", "specific", "like", "known", "scoped", "generated", "managed", "multi",
    "single", "hard", "per", "base64", "url", "server", "client", "secret", "secrets", "password", "token", "user", "app",
    "id", "key", "out", "in", "to", "of", "re", "pre", "auto", "so", "called", "id", "auth", "on", "off", "by", "one",
    "time", "expired", "invalid", "missing", "required", "provided", "set", "unset", "type", "name", "value", "vault",
    "store", "manager", "provider", "file", "string", "plain", "text", "empty", "null", "default", "example", "your",
    "my", "this", "that", "found", "used", "write", "end", "same", "cross", "third", "party", "first", "factor", "two",
    "azure", "power", "bi", "tenant", "config", "env", "var", "form", "urlencoded", "ordinal", "opt", "built", "post",
    "interactive", "post", "jwt", "bearer", "basic", "code", "grant", "credentials", "credential", "owner", "service",
    "principal", "utf", "request", "response", "header", "body", "refresh", "access", "rotate", "rotated", "rotation",
];
