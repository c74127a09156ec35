//! The text that was pasted: what no code and no field says, and words do.

use schemars::JsonSchema;
use serde::Serialize;

use crate::wording;

/// A text around a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    /// Whether there is a text. Known to be false of a run.
    pub pasted: Option<bool>,
    /// The failure and the lines around it, without secrets, colours, prefixes of logs and line breaks of terminals. At
    /// most [`MOST`] bytes.
    pub excerpt: Option<String>,
    /// Whether it names Entra, Power BI, Fabric, or what only they have, and doesn't call other services alone.
    pub of_this_field: Option<bool>,
    /// Whether it is about failures and seems to show none: an article, a table of codes, source code. Its codes and
    /// messages aren't read. Absent for any other.
    pub document: Option<bool>,
    /// The messages of services and libraries in it, word for word, by their ids in `rules/wording`.
    pub messages: Option<Vec<String>>,
    /// Those messages, and the ones that it has nearly: most of their words, in their order.
    pub similar: Option<Vec<String>>,
    /// The library or tool that wrote it. Absent where none shows.
    pub library: Option<Library>,
    /// Whether it shows that a token request or a call failed, and hides what the service answered:
    /// `KeyError: 'access_token'`, `One or more errors occurred`, OAuth's word without a description. False where Entra's
    /// answer is told.
    pub answer_hidden: Option<bool>,
}

impl Text {
    /// Looks for the messages in the excerpt.
    pub fn find_messages(&mut self) {
        let read = self.excerpt.as_deref().filter(|_| self.document != Some(true));
        let mut found = read.map(wording::seen).unwrap_or_default();
        found.retain(|seen| !seen.known.general || self.of_this_field == Some(true));
        let ids = |exact: bool| {
            let fits = found.iter().filter(|seen| seen.exact || !exact);
            let ids: Vec<String> = fits.map(|seen| seen.known.id.to_owned()).collect();
            (!ids.is_empty()).then_some(ids)
        };
        (self.messages, self.similar) = (ids(true), ids(false));
    }

    /// Whether one of its messages says that something failed.
    #[must_use]
    pub fn tells_of_a_failure(&self) -> bool {
        self.messages.iter().flatten().filter_map(|id| wording::known(id)).any(|known| known.failure)
    }
}

/// The longest excerpt, in bytes.
pub const MOST: usize = 16 * 1024;

/// The libraries and tools that are told apart by what they write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Library {
    /// MSAL for Python.
    MsalPython,
    /// MSAL for .NET.
    MsalNet,
    /// MSAL for Node.
    MsalNode,
    /// MSAL for browsers.
    MsalBrowser,
    /// MSAL for Java.
    MsalJava,
    /// MSAL for Go.
    MsalGo,
    /// The retired ADAL, in any language.
    Adal,
    /// azure-identity, in any language.
    AzureIdentity,
    /// The PowerShell module `MicrosoftPowerBIMgmt`.
    PowerBiMgmt,
    /// The .NET package Microsoft.PowerBI.Api.
    PowerBiNet,
    /// The browser library powerbi-client.
    PowerBiClient,
    /// The Azure CLI.
    AzureCli,
    /// The Fabric CLI.
    FabricCli,
    /// Azure PowerShell.
    AzurePowerShell,
    /// Terraform.
    Terraform,
    /// Power Query, in a connector, a dataflow or Power BI Desktop.
    PowerQuery,
    /// A browser.
    Browser,
}
