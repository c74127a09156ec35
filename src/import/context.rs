//! What a text says beside the failure: which library wrote it, how a token is asked for, and who calls.

use super::clause::LONGEST;
use crate::evidence::text::Library;
use crate::evidence::token::Flow;
use crate::intent::Principal;
use crate::pattern::{Pattern, pattern};

/// Libraries and tools by what only they write; of several the first is the outermost.
static LIBRARIES: [(Library, Pattern); 19] = [
    (
        Library::PowerBiMgmt,
        pattern!(
            r"PowerBIServiceAccount|MicrosoftPowerBIMgmt|Microsoft\.PowerBI\.(?:Commands|Common)|\b(?:Get|New|Set|Add|Remove|Export|Invoke|Resolve)-PowerBI",
        ),
    ),
    (
        Library::PowerBiClient,
        pattern!(r"powerbi-client|powerbi\.(?:min\.)?js|powerbi\.embed\(|reportembed|models\.TokenType|powerbi-models",),
    ),
    (
        Library::Terraform,
        pattern!(
            r"registry\.terraform\.io|\bwith provider\[|clientCredentialsToken|autorest/Client|terraform-provider",
        ),
    ),
    (
        Library::AzureIdentity,
        pattern!(
            r"Azure\.Identity|azure[.\\/-]identity|@azure/identity|azidentity|DefaultAzureCredential|\b(?:ClientSecret|ClientCertificate|ManagedIdentity|WorkloadIdentity|UsernamePassword|DeviceCode|InteractiveBrowser|Environment)Credential\b|com\.azure\.identity",
        ),
    ),
    (
        Library::FabricCli,
        pattern!(
            r"\bfab (?:auth|ls|dir|cd|get|set|api|import|export|cp|mv|rm|mkdir|exists|open|acl|job|assign|table)\b|fabric-cli|\bms-fabric-cli\b|(?m-u:^x \w+: \[)",
        ),
    ),
    (Library::AzureCli, pattern!(r"\baz (?:login|account|rest|ad)\b|azure\.cli|/az/")),
    (Library::AzurePowerShell, pattern!(r"\b(?:Connect|Get)-Az(?:Account|AccessToken)\b")),
    (Library::PowerQuery, pattern!(r"Expression\.Error|DataSource\.Error|DataFormat\.Error|Web\.Contents\(")),
    (
        Library::MsalPython,
        pattern!(
            r"\bmsal[./](?:application|authority|oauth2cli|exceptions)|\bimport msal\b|msal\.\w+Application|acquire_token_\w+|msal/",
        ),
    ),
    (Library::MsalJava, pattern!(r"com\.microsoft\.aad\.msal4j|msal4j")),
    (Library::MsalGo, pattern!(r"microsoft-authentication-library-for-go")),
    (
        Library::MsalBrowser,
        pattern!(r"msal-browser|@azure/msal-(?:react|angular)|BrowserAuthError|InteractionRequiredAuthError"),
    ),
    (
        Library::MsalNode,
        pattern!(r"msal-node|@azure/msal-common|ResponseHandler\.(?:ts|validateTokenResponse)|NodeAuthError"),
    ),
    (
        Library::Adal,
        pattern!(
            r"Microsoft\.IdentityModel\.Clients\.ActiveDirectory|AdalServiceException|AdalException|adal[._-](?:adal_error|node|angular)|adal4j|Get Token request returned http error|\bADAL\b",
        ),
    ),
    (
        Library::MsalNet,
        pattern!(r"Microsoft\.Identity\.Client|Msal(?:Service|UiRequired|Client)Exception|aka\.ms/msal-net"),
    ),
    (
        Library::PowerBiNet,
        pattern!(
            r"Microsoft\.PowerBI\.Api|PowerBIClient\b|HttpOperationException|(?:Reports|Groups|Datasets|Dashboards|EmbedToken)\.(?:Get|GenerateToken)\w*Async",
        ),
    ),
    (Library::PowerBiNet, pattern!(r"\bOperation returned an invalid status code\b")),
    (
        Library::Browser,
        pattern!(
            r"having trouble signing you in|We received a bad request|Additional technical information|Need admin approval|This page isn.t working",
        ),
    ),
    (Library::Browser, pattern!(r"(?m)^(?:GET|POST) https?://\S+ [45][0-9]{2} \(")),
];

/// The ways to ask for a token by what only they need.
static FLOWS: [(Flow, Pattern); 13] = [
    (
        Flow::ClientSecret,
        pattern!(
            r"grant_type['\x22]?\s*[=:]\s*['\x22]?client_credentials|acquire_token_for_client|AcquireTokenForClient|acquireTokenByClientCredential|ClientSecretCredential|client_secret['\x22]?\s*[=:]|'client_credentials' grant",
        ),
    ),
    (
        Flow::Certificate,
        pattern!(
            r"ClientCertificateCredential|WithCertificate\(|-CertificateThumbprint|CertificateCredential|ClientAssertionCertificate|client assertion contains an invalid signature|certificate with identifier used",
        ),
    ),
    (
        Flow::Federated,
        pattern!(
            r"WorkloadIdentityCredential|ClientAssertionCredential|federated identity|federated[- ]token|AZURE_FEDERATED_TOKEN_FILE|OpenID Connect|\bOIDC\b|id-token: write",
        ),
    ),
    (
        Flow::ManagedIdentity,
        pattern!(
            r"ManagedIdentityCredential|169\.254\.169\.254|IMDS|(?i-u:managed identity)|IDENTITY_ENDPOINT|\bMSI\b",
        ),
    ),
    (
        Flow::Password,
        pattern!(
            r"grant_type['\x22]?\s*[=:]\s*['\x22]?password|acquire_token_by_username_password|AcquireTokenByUsernamePassword|UsernamePasswordCredential|UserPasswordCredential|UserCredential\(|\bROPC\b|trust/2005/usernamemixed|username/password flow|(?i-u:master user)",
        ),
    ),
    (Flow::DeviceCode, pattern!(r"device[ _]?code|DeviceCodeCredential|microsoft\.com/devicelogin|devicelogin")),
    (
        Flow::RefreshToken,
        pattern!(
            r"grant_type['\x22]?\s*[=:]\s*['\x22]?refresh_token|(?i-u:the refresh token has expired)|acquire_token_by_refresh_token",
        ),
    ),
    (Flow::OnBehalfOf, pattern!(r"on_behalf_of|on-behalf-of|OnBehalfOfCredential|jwt-bearer|AcquireTokenOnBehalfOf")),
    (
        Flow::AuthorizationCode,
        pattern!(
            r"grant_type['\x22]?\s*[=:]\s*['\x22]?authorization_code|acquire_token_by_auth(?:orization)?_code|AcquireTokenByAuthorizationCode|(?i-u:authorization code was)|reply URL|redirect URI|acquireTokenPopup|acquireTokenRedirect|loginRedirect|having trouble signing you in",
        ),
    ),
    (
        Flow::AuthorizationCode,
        pattern!(r"InteractiveBrowserCredential|acquire_token_interactive|AcquireTokenInteractive"),
    ),
    (
        Flow::AzureCli,
        pattern!(r"AzureCliCredential|az account get-access-token|\baz login(?: --use-device-code)?\s*(?:\n|$)"),
    ),
    (Flow::ClientSecret, pattern!(r"(?i-u:client secret)")),
    (Flow::Certificate, pattern!(r"(?i-u:client certificate|certificate credential|certificate thumbprint)")),
];
/// Of these two weak signs one alone tells, where nothing else does.
const WEAK_FLOWS: usize = 11;

/// azure-identity says which of its credentials failed.
static CREDENTIAL: Pattern = pattern!(
    r"\b(ClientSecret|ClientCertificate|WorkloadIdentity|ClientAssertion|ManagedIdentity|UsernamePassword|DeviceCode|InteractiveBrowser|AzureCli|OnBehalfOf)Credential authentication failed",
);
static APP: Pattern = pattern!(
    r"(?i)\bservice[ -]?principals?\b|\bspns?\b|\bapp(?:lication)?[ -]only\b|\bclient[ _-]credentials?\b|\bmanaged identit(?:y|ies)\b|-ServicePrincipal\b",
    r"|acquire_?token_?for_?client|\bapp[ -]?owns?[ -]?data\b[ -~]{0,40}\bsecret\b|\bdaemon\b|\b(?:robot|technical) account\b|\bapp(?:lication)?(?:'s own)? (?:token|principal|identity)\b",
    r"|\b(?:the|our|my|an?|this|that|with|by|as|for|azure|entra|aad) (?:\w+ )?app registration(?:'s)?\b|\b(?:function app|logic app|web ?job|runbook|automation account|unattended|headless|cron ?job|build agent|workload identit(?:y|ies)|enterprise application|as an? (?:\w+ )?app(?:lication)?|non-interactive|machine[- ]to[- ]machine|m2m|client id and (?:client )?secret|client ?secret)\b|\bdienstprinzipal|\b(?:entidad|principal) de servicio\b|\bprincipal de service\b|\bidtyp[\x22']?\s*[:=]\s*[\x22']?app\b",
);
/// Too short to be a word by which a text could be known to name an application: it stands by itself.
static SP: Pattern = pattern!(r"\bSPs?\b");
static USER: Pattern = pattern!(
    r"(?i)\bmaster (?:user|account)\b|\bdelegated\b|\bropc\b|\buser[ -]owns[ -]data\b|\bmy (?:own )?(?:user )?account\b|\bas a user\b|\bmy (?:own )?user\b|\bsigned[- ]in user\b",
    r"|acquire_?token_?(?:by_?username_?password|interactive|by_?auth)|\b(?:my|his|her|their|own|user's) (?:own )?(?:credentials|login|account|identity)\b|\b(?:my|his|her|their) own id\b|\b(?:his|her|own|user's) token\b|\b(?:service|technical user|generic|functional|shared) account\b|\b(?:a|the|one|our|each|every|some|new|another|certain|internal|external|business) (?:\w+ )?(?:users?|testers?|employees?|analysts?|person|persons|viewers?|consultants?)\b|\busers? (?:of|from|in|gets?|sees?|has|have|reports?|cannot|can't)\b|\b(?:I|he|she|they) (?:log|sign|logs|signs|logged|signed) (?:in|on)\b|\bsigns? in\b|\b(?:a|the) user's token\b|\buser token\b|\b(?:as|with|for) myself\b|\bthei?r? own (?:login|account|user|credentials)\b|\bsigns? (?:the |a |their )?users? in\b|\b(?:the|a|each|every) user signs in\b|msal-(?:browser|react|angular)\b|\bPublicClientApplication\b|\bguest (?:user|account)\b|\bB2B guest\b|\bas (?:a )?(?:pro|normal|plain) user\b",
    r"|\bI(?: am|'m) (?:signed|logged) in\b|\bI(?: am|'m) (?:an? |the |only )*(?:viewer|guest)\b|\blog(?:s|ged|ging)? (?:me )?in interactively\b|\binteractive (?:login|sign[- ]?in)\b|\bmy (?:normal|admin|work|personal) account\b|\b(?:my|their) (?:own )?login\b|\busers? signs? in\b|\bTry It\b|\b(?:my|a|our|one) (?:new )?(?:colleague|coworker)s?\b|\b(?:logged|signed)[- ]in (?:as|with) (?:my|a user|the user)|\bscp[\x22']?\s*[:=]\s*[\x22']?[A-Za-z]|\bidtyp[\x22']?\s*[:=]\s*[\x22']?user\b",
);
static WORKS: Pattern = pattern!(
    r"(?i)\b(?:works?|worked|working|fine|succeeds?|succeeded|successful(?:ly)?|reachable|accessible|possible|ok|okay|alright|all right|good|passes|passed|goes through|go through|no (?:problem|issue|error|trouble)s?|without (?:any )?(?:problem|issue|error|trouble)s?|returns? data|does return|answers|200)\b",
);
/// A success told as what the caller does: `it lists the reports`, `can see its workspaces`.
static DOES: Pattern = pattern!(
    r"(?i)\b(?:can (?:already |also |even )?(?:list|see|read|enumerate|get|fetch|reach|query)|lists|sees|reads|reaches|enumerates|retrieves|fetches|loads) (?:the |all |its |their |my |our |other |some )*(?:[\w-]+ ){0,3}(?:workspaces?|reports?|data ?sets?|semantic models?|models?|dashboards?|groups|items|it|them|everything|metadata)\b",
);
/// What takes a success back.
static FAILS: Pattern = pattern!(
    r"(?i)\b(?:can ?not|can.t|fails?|failed|failing|errors?|refus\w+|denied|unauthori[sz]ed|forbidden|40[0-9]|429|50[0-9]|not|never|nothing|none|no|empty|only|un(?:til|able)|should|would|expect\w*)\b",
);

/// Words that set one caller against another.
static TURN: Pattern = pattern!(r"(?i)\b(?:but|while|whereas|however|though|although|yet|and then)\b");
static WORKS_NOT: Pattern = pattern!(
    r"(?i)(?:n.t|not|never|no longer|stopped) (?:\w+ )?(?:work|ok|fine|good|succe|pass|reach|access|possible)|\b(?:fails?|failed|failing|refus\w+|denied|denies|unauthori[sz]ed|forbidden|40[0-9]|429|50[0-9]|errors? (?:out|is|was))\b",
);
/// A setting, role or article that bears the word is no caller.
static NO_CALLER: Pattern = pattern!(
    r"(?i)(?:allow |let )?service principals can\b|(?:allow |let )?service principals? (?:to (?:use|access|call)|access)|master user or service principal|service principal or (?:a )?(?:master )?user|delegated permissions?|not (?:a |the |by )?service principals?|service principal (?:is|isn.t|are|not) (?:not )?(?:supported|allowed)|missing service principal|lacks a service principal|service principal for resource|(?:add(?:s|ed|ing)?|invit(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|assign(?:s|ed|ing)?) (?:an?|the|our|my|one|new|another|other)?(?: new| another| external)* ?(?:service principals?|spns?|users?|colleagues?|persons?|guests?)\b|\b[a-z]+credential\b",
);

/// A tool signs in an account that nobody meant.
static NOT_MEANT: Pattern = pattern!(
    r"(?i)\b(?:sign|signs|signed|signing|log|logs|logged|logging) (?:me |us |him |her |them |it )?(?:in|on|into \w+) (?:with|as|under|to) (?:the |an? |my |our )?wrong (?:\w+ )?(?:account|user|identity|login)\b",
    r"|\b(?:picks?|picked|chooses|chose|caches?|cached|remembers?) (?:up )?(?:the|an?|my|our) (?:wrong|other|old) (?:\w+ )?(?:account|user|identity|login)\b",
);

/// The library or tool that wrote a text.
pub(super) fn library(text: &str) -> Option<Library> {
    LIBRARIES.iter().find(|(_, signs)| signs.is_match(text)).map(|(library, _)| *library)
}

/// Whether a clause says that something works.
pub(super) fn works(clause: &str) -> bool {
    WORKS.is_match(clause) && !WORKS_NOT.is_match(clause)
}

/// Whether a clause says of something that it succeeds by saying that it does it: `it lists the reports`.
pub(super) fn does(clause: &str) -> bool {
    DOES.is_match(clause) && !FAILS.is_match(clause)
}

/// Whether a clause speaks of an application as the caller.
pub(super) fn names_app(clause: &str) -> bool {
    APP.is_match(clause) || SP.is_match(clause)
}

/// Whether a text tells that an account was signed in that nobody meant.
pub(super) fn names_wrong_account(text: &str) -> bool {
    text.len() <= LONGEST && NOT_MEANT.is_match(text)
}

/// How a token is asked for, where the text shows one way only.
pub(super) fn flow(text: &str) -> Option<Flow> {
    if let Some(found) = CREDENTIAL.captures(text) {
        return Some(match &found[1] {
            "ClientSecret" => Flow::ClientSecret,
            "ClientCertificate" => Flow::Certificate,
            "WorkloadIdentity" | "ClientAssertion" => Flow::Federated,
            "ManagedIdentity" => Flow::ManagedIdentity,
            "UsernamePassword" => Flow::Password,
            "DeviceCode" => Flow::DeviceCode,
            "AzureCli" => Flow::AzureCli,
            "OnBehalfOf" => Flow::OnBehalfOf,
            _ => Flow::AuthorizationCode,
        });
    }
    // A chain of credentials names them all.
    if text.contains("DefaultAzureCredential") && !text.contains("IMDS/") {
        return None;
    }
    let among = |range: std::ops::Range<usize>| {
        let signs = FLOWS[range].iter().filter(|(_, signs)| signs.is_match(text));
        let mut flows: Vec<Flow> = signs.map(|(flow, _)| *flow).collect();
        flows.dedup();
        flows
    };
    match among(0..WEAK_FLOWS).as_slice() {
        [flow] => Some(*flow),
        [] => match among(WEAK_FLOWS..FLOWS.len()).as_slice() {
            [flow] => Some(*flow),
            _ => None,
        },
        _ => None,
    }
}

/// Who calls, where the text says so plainly, or the way in which it asks for a token does.
pub(super) fn principal(text: &str, flow: Option<Flow>) -> Option<Principal> {
    let said = NO_CALLER.without(text);
    match (names_app(&said), USER.is_match(&said)) {
        // An application that succeeds elsewhere is still the one that calls; a person who does may be somebody else.
        (true, false) => Some(Principal::App),
        (false, false) => of_flow(flow?),
        _ => failing(&said),
    }
}

/// The one kind of caller that a text names, where nothing fails.
pub(super) fn only_named(text: &str) -> Option<Principal> {
    let said = NO_CALLER.without(text);
    match (names_app(&said), USER.is_match(&said)) {
        (true, false) => Some(Principal::App),
        (false, true) => Some(Principal::User),
        _ => None,
    }
}

/// The caller whose sentence does not say that it works, where there is one.
fn failing(text: &str) -> Option<Principal> {
    let mut app = false;
    let mut user = false;
    for sentence in text.split(['.', '\n', ';', ',', '?', '!']).flat_map(|part| TURN.split(part)) {
        let works = works(sentence);
        app |= !works && names_app(sentence);
        user |= !works && USER.is_match(sentence);
    }
    match (app, user) {
        (true, false) => Some(Principal::App),
        (false, true) => Some(Principal::User),
        _ => None,
    }
}

const fn of_flow(flow: Flow) -> Option<Principal> {
    match flow {
        Flow::ClientSecret | Flow::Certificate | Flow::Federated | Flow::ManagedIdentity => Some(Principal::App),
        Flow::Password | Flow::DeviceCode | Flow::AuthorizationCode | Flow::OnBehalfOf => Some(Principal::User),
        Flow::RefreshToken | Flow::AzureCli => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(text: &str) -> Option<Principal> {
        principal(text, flow(text))
    }

    #[test]
    fn an_account_that_nobody_meant_is_told() {
        for text in [
            "Edge keeps signing me in with the wrong account",
            "az picked up my old work account from the cache",
            "I was logged in as the wrong user",
        ] {
            assert!(names_wrong_account(text), "{text}");
        }
        for text in [
            "When I sign in with the other account it works",
            "logged in with a different user: the same",
            "another account has the role",
            "wrong user name",
        ] {
            assert!(!names_wrong_account(text), "{text}");
        }
    }

    #[test]
    fn who_calls_is_told_by_plain_words_alone() {
        assert_eq!(who("As a service principal I get a 401"), Some(Principal::App));
        assert_eq!(who("Connect-PowerBIServiceAccount -ServicePrincipal -Credential $c"), Some(Principal::App));
        assert_eq!(who("the master user gets a 403"), Some(Principal::User));
        assert_eq!(who("With my own account it works. The service principal gets a 401."), Some(Principal::App));
        assert_eq!(who("It works for the service principal, but my account gets 403"), Some(Principal::User));
        for text in [
            "The service principal and my account get a 401",
            "the setting Service principals can call Fabric public APIs is on",
            "a 401",
            "delegated permissions were granted",
        ] {
            assert_eq!(who(text), None, "{text}");
        }
    }

    #[test]
    fn one_way_alone_is_the_flow() {
        assert_eq!(
            flow("ClientSecretCredential authentication failed: ManagedIdentityCredential was not tried"),
            Some(Flow::ClientSecret)
        );
        assert_eq!(flow("app.acquire_token_for_client(scopes)"), Some(Flow::ClientSecret));
        assert_eq!(flow("acquire_token_by_username_password(u, p)"), Some(Flow::Password));
        assert_eq!(flow("EnvironmentCredential, ManagedIdentityCredential, AzureCliCredential"), None);
        assert_eq!(flow("nothing of the kind"), None);
    }

    #[test]
    fn a_library_is_known_by_what_it_writes() {
        let cases = [
            ("Connect-PowerBIServiceAccount : Failed to get ADAL token", Some(Library::PowerBiMgmt)),
            ("com.microsoft.aad.msal4j.MsalServiceException: x", Some(Library::MsalJava)),
            ("Azure.Identity.AuthenticationFailedException: x", Some(Library::AzureIdentity)),
            ("Microsoft.Identity.Client.MsalUiRequiredException", Some(Library::MsalNet)),
            ("│   with provider[\"registry.terraform.io/microsoft/fabric\"]", Some(Library::Terraform)),
            ("Expression.Error: Access to the resource is forbidden", Some(Library::PowerQuery)),
            ("a plain text", None),
        ];
        for (text, library_of) in cases {
            assert_eq!(library(text), library_of, "{text}");
        }
    }
}
