//! powerbi-client itself: a file or an address that the user names, else the published version from its CDN, held
//! against the hash of the package's own file.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Failed;
use crate::record::Fault;
use crate::transport::http::Connections;

/// The version that is fetched where none is named.
const VERSION: &str = "2.24.1";
/// Where that version is (`dist/powerbi.min.js` of the package, unchanged).
const PLACE: &str = "https://cdn.jsdelivr.net/npm/powerbi-client@2.24.1/dist/powerbi.min.js";
/// The SHA-384 of that file.
const INTEGRITY: &str = "sha384-72jrKLzZL3Hz8IwqUykzRAeSKbesaEWfahFTQXUis+2ppGvKxfbF/us4Sapxkqui";
/// No such file is larger, in bytes.
const MOST: usize = 8 * 1024 * 1024;

/// The library, ready to be served.
#[derive(Debug)]
pub(super) struct Script {
    /// The text.
    pub(super) bytes: Vec<u8>,
    /// Its hash, as an `integrity` attribute has it.
    pub(super) integrity: String,
    /// Which one it is, in words.
    pub(super) version: String,
}

/// Gets the library.
pub(super) async fn load(named: Option<&str>, connections: &Connections) -> Result<Script, Failed> {
    match named {
        None => {
            let bytes = fetched(PLACE, connections).await?;
            let script = script(bytes, VERSION.to_owned())?;
            if script.integrity == INTEGRITY {
                return Ok(script);
            }
            let words = format!(
                "the file from {PLACE} isn't powerbi-client {VERSION}: its hash is {}, but {INTEGRITY} was expected. \
                 A proxy may have changed it; pass a copy with --powerbi-client FILE",
                script.integrity
            );
            Err((Fault::NotHttp, words))
        }
        Some(place) if is_address(place) => {
            let bytes = fetched(place, connections).await?;
            script(bytes, place.split(['?', '#']).next().unwrap_or_default().to_owned())
        }
        Some(path) => of_file(path),
    }
}

/// Whether what somebody named can be used, as far as can be told without the network.
pub(super) fn usable(named: &str) -> Result<(), Failed> {
    if is_address(named) { Ok(()) } else { of_file(named).map(drop) }
}

fn is_address(named: &str) -> bool {
    named.starts_with("https://") || named.starts_with("http://")
}

fn of_file(path: &str) -> Result<Script, Failed> {
    let refused = |why: String| (Fault::NotSendable, format!("--powerbi-client {path}: {why}"));
    let what = std::fs::metadata(path).map_err(|why| refused(why.to_string()))?;
    if !what.is_file() {
        let kind = if what.is_dir() { "it's a folder" } else { "it isn't a file" };
        return Err(refused(format!("{kind}; name the file dist/powerbi.min.js of the package")));
    }
    if what.len() > MOST as u64 {
        return Err(refused(format!("it's larger than {} MiB", MOST / (1024 * 1024))));
    }
    let bytes = std::fs::read(path).map_err(|why| refused(why.to_string()))?;
    script(bytes, "the file that was named".to_owned())
        .map_err(|(fault, why)| (fault, format!("--powerbi-client {path}: {why}")))
}

async fn fetched(place: &str, connections: &Connections) -> Result<Vec<u8>, Failed> {
    connections.fetch(place, MOST).await.map_err(|(fault, why)| {
        let words = format!(
            "powerbi-client can't be downloaded from {place}: {why}. Pass a copy of it with --powerbi-client FILE \
             (dist/powerbi.min.js of the npm package powerbi-client)"
        );
        (fault, words)
    })
}

fn script(bytes: Vec<u8>, version: String) -> Result<Script, Failed> {
    // Every build of it names its global service.
    if !bytes.windows(b"powerbi".len()).any(|part| part == b"powerbi") {
        return Err((Fault::NotHttp, format!("{version} isn't powerbi-client: it doesn't contain the word powerbi")));
    }
    let hash = STANDARD.encode(digest::digest(&digest::SHA384, &bytes));
    Ok(Script { bytes, integrity: format!("sha384-{hash}"), version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_library_is_refused() {
        assert!(script(b"<html>sign in</html>".to_vec(), "x".to_owned()).is_err());
        let known = script(b"window.powerbi={}".to_vec(), "x".to_owned()).expect("a script");
        assert!(known.integrity.starts_with("sha384-") && known.integrity.len() == INTEGRITY.len());
    }
}
