//! The page of a term: an owned document. Renderers print it; none decides anything.

use serde::Serialize;

use crate::report::FixEntry;
use crate::rule::Confidence;
use crate::rule::term::Sure;

/// What is known of a term. Parts that a kind of term does not have are empty.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    /// The term.
    pub term: String,
    /// What kind of term it is.
    pub kind: Kind,
    /// What else it is called, in a few words.
    pub title: String,
    /// What it means, in sentences.
    pub meaning: String,
    /// Who acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The names that it also has or had.
    pub names: Vec<Named>,
    /// What else is known of it.
    pub facts: Vec<Named>,
    /// What its coming proves.
    pub proves: Vec<String>,
    /// The causes that it can come from, the likeliest first.
    pub causes: Vec<Cause>,
    /// What tells these causes apart.
    pub tell_apart: Vec<Question>,
    /// How a cause is recognised.
    pub recognised: Vec<Sign>,
    /// How to verify the cause.
    pub confirm: String,
    /// Who does what.
    pub fix: Vec<FixEntry>,
    /// The terms that have to do with it.
    pub see: Vec<Link>,
    /// The fixtures that show it.
    pub fixtures: Vec<String>,
    /// How sure this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sure: Option<Sure>,
    /// The day on which it was last held against its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<String>,
    /// Pages that describe the cause.
    pub references: Vec<String>,
}

/// A name or fact, behind what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// What it is.
    pub name: String,
    /// The name or fact.
    pub value: String,
}

/// A cause that a term can come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its id.
    pub cause: String,
    /// The cause in a few words. Empty where no rule recognises it yet.
    pub title: String,
    /// Who acts. Empty where no rule recognises it yet.
    pub owner: String,
}

/// A question whose answer tells causes apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The evidence paths that it is about.
    pub at: Vec<String>,
    /// The check that answers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// How to find out: who looks where, or what to run.
    pub how: String,
    /// The causes that it bears on.
    pub causes: Vec<String>,
}

/// One way to recognise a cause, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// How sure the cause then is.
    pub confidence: Confidence,
    /// The list of which one item must show it: `api.calls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// What must be so for the cause to be thought of.
    pub symptom: Vec<String>,
    /// What must be so besides.
    pub all: Vec<String>,
    /// Of what one must be so.
    pub any: Vec<String>,
    /// What must not be so.
    pub not: Vec<String>,
    /// The causes that it then excludes.
    pub excludes: Vec<String>,
}

/// A term that has to do with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What kind of term it is.
    pub kind: Kind,
    /// The term.
    pub term: String,
    /// What it means, in a line.
    pub line: String,
}

/// The kinds of terms, in the order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A number of Entra's.
    EntraCode,
    /// A code, header value or event of Power BI.
    PowerBiCode,
    /// A code of Fabric.
    FabricCode,
    /// A code from a user's own rules.
    OwnCode,
    /// An answer that is known by its words or its status alone.
    Message,
    /// A value of `error` in the answer of a token endpoint.
    OauthError,
    /// A status of HTTP.
    Status,
    /// A cause.
    #[default]
    Cause,
    /// A claim of a token.
    Claim,
    /// A scope or application role.
    Scope,
    /// A role or permission.
    Role,
    /// A tenant setting.
    Setting,
    /// A cloud with its hosts.
    Cloud,
    /// A check of `doctor`.
    Check,
    /// An exit code.
    Exit,
    /// A path of the evidence.
    Fact,
}

impl Page {
    /// What stands over its causes.
    #[must_use]
    pub const fn causes_title(&self) -> &'static str {
        match (self.kind.is_symptom(), self.causes.len()) {
            (true, 1) => "Cause",
            (true, _) => "Possible causes, most likely first",
            (false, _) => "Related causes",
        }
    }
}

/// The word that stands for a value of an enumeration.
pub(crate) fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Kind {
    /// Every kind, in the order of a list.
    pub const ALL: [Self; 16] = [
        Self::EntraCode,
        Self::PowerBiCode,
        Self::FabricCode,
        Self::OwnCode,
        Self::Message,
        Self::OauthError,
        Self::Status,
        Self::Cause,
        Self::Claim,
        Self::Scope,
        Self::Role,
        Self::Setting,
        Self::Cloud,
        Self::Check,
        Self::Exit,
        Self::Fact,
    ];

    /// Whether it is something that is seen when a call fails.
    #[must_use]
    pub const fn is_symptom(self) -> bool {
        matches!(
            self,
            Self::EntraCode
                | Self::PowerBiCode
                | Self::FabricCode
                | Self::OwnCode
                | Self::Message
                | Self::OauthError
                | Self::Status
        )
    }

    /// The kind of the codes in a file of `rules/codes`.
    #[must_use]
    pub fn of_service(file: &str) -> Self {
        match file {
            "aadsts" => Self::EntraCode,
            "powerbi" => Self::PowerBiCode,
            "fabric" => Self::FabricCode,
            _ => Self::OwnCode,
        }
    }

    /// The kind of the terms in a file of `rules/reference`.
    #[must_use]
    pub fn of_file(file: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.file() == Some(file))
    }

    /// The file of `rules/reference` with the terms of this kind.
    #[must_use]
    pub const fn file(self) -> Option<&'static str> {
        Some(match self {
            Self::Message => "texts",
            Self::OauthError => "oauth",
            Self::Status => "statuses",
            Self::Claim => "claims",
            Self::Scope => "scopes",
            Self::Role => "roles",
            Self::Setting => "settings",
            Self::Cloud => "clouds",
            Self::Exit => "exits",
            _ => return None,
        })
    }

    /// One of them, in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntraCode => "Entra error code",
            Self::PowerBiCode => "Power BI error code",
            Self::FabricCode => "Fabric error code",
            Self::OwnCode => "code",
            Self::Message => "message",
            Self::OauthError => "OAuth error",
            Self::Status => "HTTP status",
            Self::Cause => "cause",
            Self::Claim => "claim",
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Setting => "tenant setting",
            Self::Cloud => "cloud",
            Self::Check => "check",
            Self::Exit => "exit code",
            Self::Fact => "evidence",
        }
    }

    /// Several of them, as the title of a group.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::EntraCode => "Entra codes",
            Self::PowerBiCode => "Power BI codes, header values and events",
            Self::FabricCode => "Fabric codes",
            Self::OwnCode => "Your own codes",
            Self::Message => "Messages without a code",
            Self::OauthError => "OAuth errors",
            Self::Status => "HTTP statuses",
            Self::Cause => "Causes",
            Self::Claim => "Claims",
            Self::Scope => "Scopes and application roles",
            Self::Role => "Roles and permissions",
            Self::Setting => "Tenant settings",
            Self::Cloud => "Clouds and hosts",
            Self::Check => "Checks",
            Self::Exit => "Exit codes",
            Self::Fact => "Evidence",
        }
    }
}
