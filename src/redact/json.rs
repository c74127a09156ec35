//! JSON that is rewritten string by string: what does not change stays byte by byte as it was.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::What;
use super::field::{Holds, holds, is_of_person, is_value};
use super::find::{self, Span};
use super::names::{is_of_several, is_value_field, named};
use super::plausible::is_told;
use super::words::Sure;

/// Deeper documents are no JSON for us, in levels.
const DEEPEST: usize = 120;

/// The list of a HAR file in which every value is a cookie.
const COOKIES: &str = "cookies";
/// What a value is called that is a secret by what stands beside it.
const SECRET: &str = "secret";
const PRIVATE_KEY: &str = "private_key";
/// Fields that name what the value beside them is.
const PAIRS: [&str; 16] = [
    "name",
    "key",
    "Name",
    "Key",
    "id",
    "variable",
    "setting",
    "field",
    "label",
    "type",
    "parameter",
    "property",
    "title",
    "k",
    "n",
    "settingName",
];

/// A string of a document, with its place in it.
#[derive(Debug)]
pub(super) struct Str<'a> {
    /// The string.
    pub(super) text: &'a str,
    /// The name of the field that it stands in. Empty for none, and for a name itself.
    name: &'a str,
    /// Whether a person's fields stand beside it.
    of_person: bool,
    path: &'a [Step],
}

#[derive(Debug, Clone)]
enum Step {
    Name(String),
    Index(usize),
}

/// How a string within a string is put back.
type Wrap = fn(&str) -> String;

impl Str<'_> {
    /// What is to be taken out of it.
    pub(super) fn spans(&self) -> Vec<Span> {
        let person = self.of_person && matches!(self.name, "name" | "displayName" | "display_name");
        if person && is_value(What::User, self.text) {
            return vec![find::span(self.text, 0..self.text.len(), What::User, false)];
        }
        if self.name == COOKIES {
            return vec![find::span(self.text, 0..self.text.len(), What::Cookie, false)];
        }
        find::in_field(self.name, self.text).unwrap_or_else(|| find::spans(self.text))
    }

    /// Where it stands, as RFC 6901 has it.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.path {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        // The names of a document are its own; one that is a secret is none.
        crate::secret::Redactor::default().redact(&pointer)
    }

    /// The document or text that it holds in another form, and how that is put back: JSON, or base64 of a HAR file.
    pub(super) fn inner(&self) -> Option<(String, Wrap)> {
        if self.text.trim_start().starts_with(['{', '[']) && tree(self.text).is_some() {
            return Some((self.text.to_owned(), str::to_owned));
        }
        if self.name == "text" && self.text.len() >= 16 {
            let text = STANDARD.decode(self.text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
            return Some((text, |text| STANDARD.encode(text)));
        }
        None
    }
}

/// Whether a name is that of something that is taken out.
fn is_name(name: &str) -> bool {
    holds(name).is_some() || named(name).is_some_and(|named| named.sure >= Sure::Likely)
}

/// Shows every string of a document; nothing where it is none.
pub(super) fn each_string(text: &str, see: &mut dyn FnMut(&Str<'_>)) {
    let _ = rewrite(text, &mut |string| {
        match string.inner() {
            Some((inner, _)) if tree(&inner).is_some() => each_string(&inner, see),
            Some((inner, _)) => see(&Str { text: &inner, name: "", of_person: false, path: &[] }),
            None => see(string),
        }
        None
    });
}

/// A document with the strings replaced for which something else is given. `None` where the text is no JSON.
pub(super) fn rewrite(text: &str, change: &mut dyn FnMut(&Str<'_>) -> Option<String>) -> Option<String> {
    let tree = tree(text)?;
    let mut walk = Walk { text, change, edits: Vec::new(), path: Vec::new() };
    walk.node(&tree, "", false);
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for (range, string) in &walk.edits {
        new.push_str(&text[done..range.start]);
        new.push_str(&serde_json::Value::from(string.as_str()).to_string());
        done = range.end;
    }
    new.push_str(&text[done..]);
    Some(new)
}

/// A value and where it stands; strings with their quotes.
#[derive(Debug)]
enum Node {
    String(Range<usize>),
    Number(Range<usize>),
    Other,
    Array(Vec<Self>),
    Object(Vec<(Range<usize>, Self)>),
}

struct Walk<'t, 'c> {
    text: &'t str,
    change: &'c mut dyn FnMut(&Str<'_>) -> Option<String>,
    edits: Vec<(Range<usize>, String)>,
    path: Vec<Step>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node, name: &str, of_person: bool) {
        match node {
            Node::String(range) => self.string(range, name, of_person),
            Node::Number(range) if matches!(holds(name), Some(Holds::Value(What::Password | What::Secret))) => {
                let text = self.text[range.clone()].to_owned();
                self.show(range, &text, name, false);
            }
            Node::Number(_) | Node::Other => {}
            Node::Array(items) => {
                let pair = self.pair(items);
                let name = pair.as_deref().unwrap_or(name);
                let mut option = None;
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    // Every cookie of a HAR file is one, whatever its name.
                    self.node(item, option.as_deref().unwrap_or(name), of_person);
                    option = self.option(item);
                    self.path.pop();
                }
            }
            Node::Object(fields) => self.object(fields, name),
        }
    }

    /// The name in a list of a name and its value.
    fn pair(&self, items: &[Node]) -> Option<String> {
        let [Node::String(name), Node::String(_)] = items else { return None };
        let name = unquoted(self.text, name);
        is_name(&name).then(|| name.into_owned())
    }

    /// The name of an option whose value is the next argument: `["--client-secret", "…"]`.
    fn option(&self, item: &Node) -> Option<String> {
        let Node::String(range) = item else { return None };
        let text = unquoted(self.text, range);
        let name = text.strip_prefix('-')?.trim_start_matches('-');
        (!name.contains('=') && is_name(name)).then(|| name.to_owned())
    }

    fn object(&mut self, fields: &[(Range<usize>, Node)], list: &str) {
        let names: Vec<Cow<'_, str>> = fields.iter().map(|(range, _)| unquoted(self.text, range)).collect();
        let of_person = names.iter().any(|name| is_of_person(name));
        let string = |wanted: &str| {
            fields.iter().zip(&names).find_map(|((_, node), name)| match node {
                Node::String(range) if name == wanted => Some(unquoted(self.text, range).into_owned()),
                _ => None,
            })
        };
        // Headers, cookies and fields of a form stand in HAR files as pairs of name and value.
        // So do settings, variables and columns, by other names.
        // A vault answers with the address of a secret beside its value; Data Factory says of what type the value is.
        let of_vault = string("id").is_some_and(|id| id.contains("/secrets/") && id.contains("vault"));
        let is_secret = of_vault || string("type").is_some_and(|kind| kind == "SecureString");
        let telling = || {
            is_secret
                .then(|| SECRET.to_owned())
                .or_else(|| PAIRS.iter().filter_map(|name| string(name)).find(|name| is_name(name)))
        };
        let several = is_of_several(list);
        let of_several = |pair: Option<String>| if several { pair.map(|_| list.to_owned()) } else { pair };
        let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_cookie = has("name") && (has("httpOnly") || has("sameSite") || has("domain") && has("path"));
        let pair = if list == COOKIES || is_cookie {
            Some(COOKIES.to_owned())
        } else {
            telling().or_else(|| of_several(string("name")))
        };
        for ((range, node), name) in fields.iter().zip(&names) {
            self.path.push(Step::Name(name.to_string()));
            self.show(range, name, "", false);
            match (&pair, node) {
                // The private exponent of a key.
                (None, Node::String(range)) if name == "d" && has("kty") => self.string(range, PRIVATE_KEY, false),
                // A store of typed values says the type in a field around each.
                (None, Node::String(range)) if fields.len() == 1 && name.len() == 1 && is_name(list) => {
                    self.string(range, list, false);
                }
                (Some(pair), Node::String(range)) if is_value_field(name) => self.string(range, pair, false),
                // A value of a thing that is named above it.
                (None, Node::String(range)) if is_value_field(name) && is_name(list) => self.string(range, list, false),
                (None, Node::String(range)) if several && is_told(&unquoted(self.text, range)) => {
                    self.string(range, list, false);
                }
                _ => self.node(node, name, of_person),
            }
            self.path.pop();
        }
    }

    fn string(&mut self, range: &Range<usize>, name: &str, of_person: bool) {
        let text = unquoted(self.text, range).into_owned();
        self.show(range, &text, name, of_person);
    }

    fn show(&mut self, range: &Range<usize>, text: &str, name: &str, of_person: bool) {
        let string = Str { text, name, of_person, path: &self.path };
        if let Some(new) = (self.change)(&string) {
            self.edits.push((range.clone(), new));
        }
    }
}

fn unquoted<'t>(text: &'t str, range: &Range<usize>) -> Cow<'t, str> {
    let inner = &text[range.start + 1..range.end - 1];
    if !inner.contains('\\') {
        return inner.into();
    }
    serde_json::from_str::<String>(&text[range.clone()]).map_or(inner.into(), Cow::Owned)
}

/// The values of a document. `None` where it is none, or too deep.
fn tree(text: &str) -> Option<Node> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut reader = Reader { bytes: text.as_bytes(), at: 0, depth: 0 };
    reader.node()
}

/// Reads a document that is known to be one.
struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn node(&mut self) -> Option<Node> {
        match self.peek()? {
            b'"' => self.string().map(Node::String),
            b'[' => self.list(b']', Self::node).map(Node::Array),
            b'{' => self.list(b'}', Self::field).map(Node::Object),
            first => {
                let start = self.at;
                while self.bytes.get(self.at).is_some_and(|byte| !b" \t\r\n,]}".contains(byte)) {
                    self.at += 1;
                }
                let number = first == b'-' || first.is_ascii_digit();
                Some(if number { Node::Number(start..self.at) } else { Node::Other })
            }
        }
    }

    fn list<T>(&mut self, end: u8, item: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        self.at += 1;
        let mut items = Vec::new();
        loop {
            match self.peek()? {
                byte if byte == end => break,
                b',' => self.at += 1,
                _ => items.push(item(self)?),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Some(items)
    }

    fn field(&mut self) -> Option<(Range<usize>, Node)> {
        let name = self.string()?;
        (self.peek()? == b':').then(|| self.at += 1)?;
        Some((name, self.node()?))
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }
}
