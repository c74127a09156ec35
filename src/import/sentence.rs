//! Sentences of Entra that belong to one code: texts quote them and leave the code out.

/// A piece of a sentence, and the code that it comes with. Observed answers and Microsoft's list of codes.
const SENTENCES: [(&str, u32); 61] = [
    ("has not consented to use the application", 65_001),
    ("client credential flows must have a scope value with /.default", 1_002_012),
    ("ensure the secret being sent in the request is the client secret value", 7_000_215),
    ("invalid client secret is provided", 7_000_215),
    ("invalid client secret provided", 7_000_215),
    ("the provided client secret keys are expired", 7_000_222),
    ("the provided client secret keys for app", 7_000_222),
    ("is required for the 'client_credentials' grant type", 7_000_216),
    ("following parameter: 'client_assertion' or 'client_secret'", 7_000_218),
    ("so neither 'client_assertion' nor 'client_secret' should be presented", 700_025),
    ("is missing service principal in the tenant", 7_000_229),
    ("is neither a valid dns name, nor a valid external domain", 900_023),
    ("no matching federated identity record found for presented assertion subject", 700_213),
    ("no matching federated identity record found for presented assertion issuer", 700_211),
    ("no matching federated identity record found for presented assertion audience", 700_212),
    ("no matching federated identity record found for presented assertion. assertion issuer", 70_021),
    ("has no configured federated identity credentials", 70_025),
    ("aad-issued tokens may not be used for federated identity flows", 700_222),
    ("client assertion is not within its valid time range", 700_024),
    ("client assertion contains an invalid signature", 700_027),
    ("used to sign the client assertion is not registered on application", 700_027),
    ("redirect uris configured for the application", 50_011),
    ("reply urls configured for the application", 50_011),
    ("reply address configured for the application", 50_011),
    ("you must use multi-factor authentication to access", 50_076),
    ("you must enroll in multi-factor authentication to access", 50_079),
    ("access has been blocked by conditional access policies", 53_003),
    ("the refresh token has expired due to inactivity", 700_082),
    ("the refresh token has expired due to maximum lifetime", 700_081),
    ("grant has expired due to it being revoked", 50_173),
    ("is not assigned to a role for the application", 50_105),
    ("that your organization", 650_052),
    ("permitted only for the 'single-page application' client-type", 9_002_326),
    ("may only be redeemed via cross-origin requests", 9_002_327),
    ("usage of the /common endpoint is not supported for such applications", 50_194),
    ("needs to be added as an external user in the tenant first", 50_020),
    ("to sign into this application, the account must be added to", 50_034),
    ("error validating credentials due to invalid username or password", 50_126),
    ("tried to sign in too many times with an incorrect user id or password", 50_053),
    ("confidential client is not supported in cross cloud request", 900_382),
    ("a resource which is not listed in the requested permissions", 650_057),
    ("must be configured via preauthorization", 65_002),
    ("oauth2 authorization code was already redeemed", 54_005),
    ("not valid because it contains more than one resource", 28_000),
    ("this device code has expired", 70_020),
    ("encountered a client request loop", 50_196),
    ("this tenant has been blocked due to inactivity", 5_000_225),
    ("client assertion audience claim does not match realm issuer", 50_012),
    ("was not found in the directory", 700_016),
    ("the resource principal named", 500_011),
    ("the service principal for resource", 500_014),
    ("is a personal microsoft account. personal microsoft accounts are not supported", 500_200),
    ("the endpoint only accepts post requests", 900_561),
    ("a transient error has occurred. please try again", 90_033),
    ("unknown or invalid instance", 50_049),
    ("authorization is pending. continue polling", 70_016),
    ("is missing from the credential. ensure that you have all the necessary parameters", 90_014),
    ("the request body must contain the following parameter: ", 900_144),
    ("redirect uri specified in the request does not match", 50_011),
    ("reply url specified in the request does not match", 50_011),
    ("no matching federated identity record found", 70_021),
];

/// The code that a text quotes the sentence of, and where the sentence stands.
pub(super) fn code_of(text: &str) -> Option<(usize, u32)> {
    let lower = text.to_ascii_lowercase();
    SENTENCES.iter().find_map(|(piece, code)| {
        let at = lower.find(piece)?;
        is_said(*code, &lower[at..]).then(|| (start_of_sentence(text, at), *code))
    })
}

/// Some pieces belong to their code only with what follows them.
fn is_said(code: u32, after: &str) -> bool {
    let near = &after[..super::boundary(after, 300)];
    match code {
        650_052 => near.contains("lacks a service principal"),
        500_011 => near.contains("was not found in the tenant"),
        500_014 => near.contains("is disabled"),
        _ => true,
    }
}

fn start_of_sentence(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[line..at];
    let colon = before.rfind(": ").map_or(0, |colon| colon + 2);
    line + before.rfind(['"', '(', '>']).map_or(colon, |quote| colon.max(quote + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_without_its_code_is_known() {
        let text = "InvalidScope: ****: The provided value for scope openid is not valid. Client credential flows must have a scope value with /.default suffixed";
        let (at, code) = code_of(text).expect("a code");
        assert_eq!(code, 1_002_012);
        assert!(text[at..].trim_start().starts_with("The provided value"));
        assert_eq!(code_of("that your organization uses Power BI"), None);
        assert_eq!(code_of("nothing of the kind"), None);
    }
}
