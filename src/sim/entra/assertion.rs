//! Client assertions: signed with a certificate's key, or issued by another identity provider.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::super::certificate::hex;
use super::super::pair::{Pair, Public, part};
use super::super::world::{Certificate, Federated, Principal};
use super::ask::Ask;
use super::error::Error;

/// Clocks may differ by this.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// Base64url with padding or without: clients differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An assertion, taken apart and not yet believed.
struct Assertion<'a> {
    text: &'a str,
    header: Value,
    claims: Value,
}

/// Checks an assertion. Who issued it decides what it is: the application itself, by its certificate, or somebody
/// else, by a federated credential.
pub(super) fn check(ask: &Ask<'_>, tenant: &str, principal: &Principal<'_>, text: &str) -> Result<(), Error> {
    let mut parts = text.split('.');
    let mut next = || parts.next().and_then(part);
    let (Some(header), Some(claims)) = (next(), next()) else { return Err(Error::no_thumbprint()) };
    let assertion = Assertion { text, header, claims };
    if assertion.claim("iss").contains("://") {
        assertion.check_federated(ask, principal)
    } else {
        assertion.check_certificate(ask, tenant, principal)
    }
}

impl Assertion<'_> {
    fn claim(&self, name: &str) -> &str {
        self.claims.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A time may have a fraction. A missing one is the beginning of 1970.
    fn time(&self, name: &str) -> Timestamp {
        let seconds = self.claims.get(name).and_then(Value::as_f64).unwrap_or_default();
        SignedDuration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|since| Timestamp::UNIX_EPOCH.checked_add(since).ok())
            .unwrap_or_default()
    }

    fn check_time(&self, now: Timestamp) -> Result<(), Error> {
        let (from, until) = (self.time("nbf"), self.time("exp"));
        let too_early = from.saturating_sub(SKEW).is_ok_and(|from| now < from);
        let too_late = until.saturating_add(SKEW).is_ok_and(|until| now > until);
        if too_early || too_late { Err(Error::assertion_time(now, from, until)) } else { Ok(()) }
    }

    /// The algorithm and the thumbprint of the certificate that the header names.
    fn signed_how(&self) -> Result<(Option<Algorithm>, Vec<u8>), Error> {
        let text = |name: &str| self.header.get(name).and_then(Value::as_str);
        let thumbprint = text("x5t").or_else(|| text("x5t#S256")).ok_or_else(Error::no_thumbprint)?;
        let algorithm = match text("alg") {
            Some("RS256") => Some(Algorithm::RS256),
            Some("PS256") => Some(Algorithm::PS256),
            _ => None,
        };
        // Some clients write the bytes of `x5t` in the other alphabet of base64.
        let thumbprint = LENIENT.decode(thumbprint.replace('+', "-").replace('/', "_")).unwrap_or_default();
        Ok((algorithm, thumbprint))
    }

    /// The order of these checks is not known beyond that the key comes before what it signs.
    fn check_certificate(&self, ask: &Ask<'_>, tenant: &str, principal: &Principal<'_>) -> Result<(), Error> {
        let application = principal.application;
        let (algorithm, thumbprint) = self.signed_how()?;
        if self.claim("iss") != self.claim("sub") {
            return Err(Error::subject_is_not_issuer());
        }
        if super::guid(self.claim("iss")) != Some(application.client_id) {
            return Err(Error::assertion_of_another());
        }
        if application.certificates.is_empty() {
            return Err(Error::no_certificates());
        }
        let registered = application.certificates.iter().filter_map(|name| ask.world.certificates.get(name));
        let certificate = registered.into_iter().find(|known| known.has_thumbprint(&thumbprint));
        let Some(certificate) = certificate else {
            return Err(Error::bad_signature(application, &hex(&thumbprint), None));
        };
        let validity = certificate.validity(ask.moment.now);
        if !self.is_signed_by(certificate, algorithm) {
            let validity = Some(validity.unwrap_or_default());
            return Err(Error::bad_signature(application, &hex(&thumbprint), validity));
        }
        if !self.is_for_this_endpoint(ask, tenant, principal) {
            return Err(Error::assertion_audience());
        }
        self.check_time(ask.moment.now)?;
        if validity.is_some_and(|(from, until)| ask.moment.now < from || ask.moment.now > until) {
            return Err(Error::certificate_ended());
        }
        Ok(())
    }

    /// With a thumbprint alone nothing can be checked.
    fn is_signed_by(&self, certificate: &Certificate, algorithm: Option<Algorithm>) -> bool {
        if certificate.der.is_empty() {
            return algorithm.is_some();
        }
        let key = Public::of_certificate(&certificate.der);
        key.zip(algorithm).is_some_and(|(key, algorithm)| key.has_signed(self.text, algorithm))
    }

    /// The audience is the token endpoint, here or at Microsoft's own host, with any name of the tenant.
    fn is_for_this_endpoint(&self, ask: &Ask<'_>, tenant: &str, principal: &Principal<'_>) -> bool {
        let audience = self.claim("aud");
        let Some(rest) = audience.strip_prefix("https://") else { return false };
        let Some((host, path)) = rest.split_once('/') else { return false };
        let named = path.strip_suffix("/oauth2/v2.0/token").or_else(|| path.strip_suffix("/oauth2/token"));
        let is_host = host.eq_ignore_ascii_case(&ask.request.host) || super::HOSTS.contains(&host);
        is_host
            && named.is_some_and(|named| {
                named.eq_ignore_ascii_case(tenant)
                    || ask.world.tenant(named).is_some_and(|(name, _)| name == principal.tenant_name)
            })
    }

    fn check_federated(&self, ask: &Ask<'_>, principal: &Principal<'_>) -> Result<(), Error> {
        let application = principal.application;
        let (issuer, subject) = (self.claim("iss"), self.claim("sub"));
        if application.federated.is_empty() {
            return Err(Error::no_federation(application));
        }
        let of_issuer: Vec<&Federated> = application.federated.iter().filter(|known| known.issuer == issuer).collect();
        if of_issuer.is_empty() {
            return Err(if is_entra(issuer) {
                Error::entra_token_as_assertion()
            } else {
                Error::federated_issuer(issuer)
            });
        }
        let of_subject: Vec<&&Federated> = of_issuer.iter().filter(|known| known.subject == subject).collect();
        if of_subject.is_empty() {
            let but_for_case = of_issuer.iter().any(|known| known.subject.eq_ignore_ascii_case(subject));
            return Err(Error::federated_subject(subject, but_for_case));
        }
        if !of_subject.iter().any(|known| self.audiences().any(|audience| audience == known.audience)) {
            return Err(Error::federated_audience(self.audiences().next().unwrap_or_default()));
        }
        if ask.world.unreachable_issuers.iter().any(|unreachable| unreachable == issuer) {
            return Err(Error::unreachable_issuer());
        }
        if !Pair::issuer().public().has_signed(self.text, Algorithm::RS256) {
            let key = self.header.get("kid").and_then(Value::as_str).unwrap_or_default();
            return Err(Error::bad_signature(application, key, None));
        }
        self.check_time(ask.moment.now)
    }

    /// One audience, or several in a list.
    fn audiences(&self) -> impl Iterator<Item = &str> {
        let one = self.claims.get("aud").and_then(Value::as_str);
        let list = self.claims.get("aud").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        one.into_iter().chain(list)
    }
}

/// Whether a token was issued by Entra itself.
fn is_entra(issuer: &str) -> bool {
    url::Url::parse(issuer).ok().and_then(|url| Some(super::HOSTS.contains(&url.host_str()?))).unwrap_or(false)
}
