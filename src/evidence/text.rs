//! The text that was pasted: what no code and no field says, and words do.

use schemars::JsonSchema;
use serde::Serialize;

use crate::wording;

/// The text around a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    /// Whether there's a text. Always false for a run.
    pub pasted: Option<bool>,
    /// The failure and the lines around it, without secrets, colors, log prefixes and terminal line breaks. At most
    /// [`MOST`] bytes.
    pub excerpt: Option<String>,
    /// Whether the text mentions Entra, Power BI, Fabric or something that only they have, and isn't only about calls
    /// to other services.
    pub of_this_field: Option<bool>,
    /// Whether the text is about failures but doesn't seem to show one: an article, a table of codes, source code. Its
    /// codes and messages are ignored. Absent for any other text.
    pub document: Option<bool>,
    /// The messages of services and libraries that the text contains word for word, by their IDs in `rules/wording`.
    pub messages: Option<Vec<String>>,
    /// Those messages, and similar ones: the text contains most of their words in the same order.
    pub similar: Option<Vec<String>>,
    /// The library or tool that wrote the text. Absent if it can't be recognized.
    pub library: Option<Library>,
    /// Whether the text shows that a token request or call failed but not what the service answered: `KeyError:
    /// 'access_token'`, `One or more errors occurred`, an OAuth error without a description. False if it shows Entra's
    /// answer.
    pub answer_hidden: Option<bool>,
    /// Whether the text shows the answer beside its code: the service's words, or the call. False where the text only
    /// names the code, as people do who tell of a failure, and texts that show none. Absent without a code.
    pub answer_quoted: Option<bool>,
}

impl Text {
    /// Looks for the messages in the excerpt.
    pub fn find_messages(&mut self) {
        let read = self.excerpt.as_deref().filter(|_| self.document != Some(true));
        let mut found = read.map(wording::seen).unwrap_or_default();
        found.retain(|seen| !seen.known.general && !seen.plain || self.of_this_field == Some(true));
        let ids = |exact: bool| {
            let fits = found.iter().filter(|seen| seen.exact || !exact);
            let ids: Vec<String> = fits.map(|seen| seen.known.id.to_owned()).collect();
            (!ids.is_empty()).then_some(ids)
        };
        (self.messages, self.similar) = (ids(true), ids(false));
    }

    /// Keeps of its messages those that name their cause beyond doubt.
    pub fn keep_what_decides(&mut self) {
        let decides = |id: &String| wording::known(id).is_some_and(|known| known.decides);
        self.messages = self.messages.take().map(|ids| ids.into_iter().filter(decides).collect::<Vec<_>>());
        self.messages.take_if(|ids| ids.is_empty());
        self.similar = None;
    }

    /// Whether one of its messages says that something failed.
    #[must_use]
    pub fn tells_of_a_failure(&self) -> bool {
        self.messages.iter().flatten().filter_map(|id| wording::known(id)).any(|known| known.failure)
    }
}

/// The longest excerpt, in bytes.
pub const MOST: usize = 16 * 1024;

/// The libraries and tools that are recognized by what they write.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_a_message_in_a_text_of_this_field_alone() {
        let messages = |excerpt: &str, of_this_field| {
            let mut text = Text { excerpt: Some(excerpt.to_owned()), of_this_field, ..Text::default() };
            text.find_messages();
            text.messages
        };
        let plain = "No subscriptions found for dana";
        assert!(messages(plain, Some(true)).is_some());
        assert_eq!(messages(plain, Some(false)), None);
        assert_eq!(messages(plain, None), None);
        assert!(messages("PowerBINotAuthorizedException", Some(false)).is_some());
    }
}
