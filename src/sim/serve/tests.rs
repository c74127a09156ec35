use std::error::Error as _;
use std::fs;

use serde_json::Value;
use tokio::sync::oneshot;

use super::*;

/// A server at work, and a client that trusts its CA.
struct Served {
    settings: BTreeMap<String, String>,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
    client: reqwest::Client,
}

async fn serving(scenario: Scenario) -> Served {
    let server = Server::start(scenario, Options::default()).await.expect("a server");
    let settings = server.settings().clone();
    let pem = fs::read(&settings["PBIAUTH_CA_FILE"]).expect("the CA");
    let ca = reqwest::Certificate::from_pem(&pem).expect("a certificate");
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().expect("a client");
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(server.run(async { stopped.await.unwrap_or(()) }));
    Served { settings, stop, ended, client }
}

fn with_faults(text: &str) -> Scenario {
    let mut scenario = Scenario::load("healthy").expect("healthy");
    scenario.faults = vec![toml::from_str(text).expect("a fault")];
    scenario
}

impl Served {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings["PBIAUTH_SIM_URL"])
    }

    async fn token(&self) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.settings["AZURE_CLIENT_ID"])
            .append_pair("client_secret", &self.settings["AZURE_CLIENT_SECRET"])
            .append_pair("scope", "https://analysis.windows.net/powerbi/api/.default")
            .finish();
        let path = format!("/{}/oauth2/v2.0/token", self.settings["AZURE_TENANT_ID"]);
        let request = self.client.post(self.url(&path)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let reply = request.send().await.expect("a reply").bytes().await.expect("a body");
        let body: Value = serde_json::from_slice(&reply).expect("JSON");
        body["access_token"].as_str().expect("a token").to_owned()
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response, reqwest::Error> {
        self.client.get(self.url(path)).send().await
    }
}

fn io_kinds(error: &reqwest::Error) -> Vec<io::ErrorKind> {
    let mut kinds = Vec::new();
    let mut next = error.source();
    while let Some(error) = next {
        kinds.extend(error.downcast_ref::<io::Error>().map(io::Error::kind));
        next = error.source();
    }
    kinds
}

#[tokio::test]
async fn the_printed_settings_lead_to_the_workspace() {
    let served = serving(Scenario::load("healthy").expect("healthy")).await;
    let token = served.token().await;
    let groups = served.client.get(served.url("/v1.0/myorg/groups")).bearer_auth(token);
    let reply = groups.send().await.expect("a reply");
    assert_eq!(reply.version(), reqwest::Version::HTTP_2);
    assert!(reply.text().await.expect("a body").contains("Sales embed"));
    let path = format!("/{}/v2.0/.well-known/openid-configuration", served.settings["AZURE_TENANT_ID"]);
    let found = served.get(&path).await.expect("a reply").text().await.expect("a body");
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert!(found["issuer"].as_str().expect("an issuer").starts_with(&served.settings["AZURE_AUTHORITY_HOST"]));

    let folder = Path::new(&served.settings["PBIAUTH_CA_FILE"]).parent().expect("a folder").to_owned();
    assert_eq!(fs::read_to_string(folder.join("sim.env")).expect("settings"), settings::lines(&served.settings));
    served.stop.send(()).expect("a server at work");
    served.ended.await.expect("a clean end");
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_host_of_microsofts_is_answered_too() {
    let served = serving(Scenario::load("healthy").expect("healthy")).await;
    let address = served.settings["PBIAUTH_SIM_URL"].trim_start_matches("https://").parse().expect("an address");
    let pem = fs::read(&served.settings["PBIAUTH_CA_FILE"]).expect("the CA");
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).expect("a certificate")])
        .resolve("login.microsoftonline.com", address)
        .http1_only()
        .no_proxy()
        .build()
        .expect("a client");
    let url = "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration";
    let reply = client.get(url).send().await.expect("a reply").text().await.expect("a body");
    assert!(reply.contains("\"issuer\":\"https://login.microsoftonline.com/"), "{reply}");
}

#[tokio::test]
async fn the_network_fails_on_its_own_port() {
    let closed = serving(with_faults("on = 'all'\nkind = 'closed-port'")).await;
    let error = closed.get("/").await.expect_err("nobody listens");
    assert!(io_kinds(&error).contains(&io::ErrorKind::ConnectionRefused), "{error:?}");

    let foreign = serving(with_faults("on = 'all'\nkind = 'foreign-ca'")).await;
    let error = foreign.get("/").await.expect_err("nobody to trust");
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");

    let reset = serving(with_faults("on = 'power-bi'\nkind = 'reset'\ntimes = 1")).await;
    reset.token().await;
    let error = reset.get("/v1.0/myorg/groups").await.expect_err("a reset");
    assert!(io_kinds(&error).contains(&io::ErrorKind::ConnectionReset), "{error:?}");
    assert_eq!(reset.get("/v1.0/myorg/groups").await.expect("a reply").status(), 403);

    let proxy = serving(with_faults("on = 'all'\nkind = 'proxy-page'")).await;
    let page = proxy.get("/v1/workspaces").await.expect("a page");
    assert!(page.headers().get("requestid").is_none() && page.headers().get("via").is_some());

    let stall = serving(with_faults("on = 'all'\nkind = 'stall'")).await;
    let request = stall.client.get(stall.url("/")).timeout(std::time::Duration::from_millis(300));
    assert!(request.send().await.expect_err("no answer").is_timeout());
}

#[tokio::test]
async fn managed_identities_are_asked_for_in_plain_http() {
    let served = serving(Scenario::load("healthy").expect("healthy")).await;
    let machine = served.settings["AZURE_POD_IDENTITY_AUTHORITY_HOST"].clone();
    assert!(machine.starts_with("http://127.0.0.1:"), "{machine}");
    let resource = "resource=https%3A%2F%2Fanalysis.windows.net%2Fpowerbi%2Fapi";
    let asked = |url: String, name: &'static str, value: &str| served.client.get(url).header(name, value).send();
    let endpoint = format!("{}?api-version=2019-08-01&{resource}", served.settings["IDENTITY_ENDPOINT"]);
    let header = &served.settings["IDENTITY_HEADER"];
    let app_service = asked(endpoint, "X-IDENTITY-HEADER", header).await.expect("a reply");
    let metadata = format!("{machine}/metadata/identity/oauth2/token/?api-version=2018-02-01&{resource}");
    let metadata = asked(metadata, "Metadata", "true").await.expect("a reply");
    for reply in [app_service, metadata] {
        assert_eq!(reply.status(), 200);
        let body: Value = serde_json::from_slice(&reply.bytes().await.expect("a body")).expect("JSON");
        let groups = served.client.get(served.url("/v1.0/myorg/groups"));
        let groups = groups.bearer_auth(body["access_token"].as_str().expect("a token"));
        assert_eq!(groups.send().await.expect("a reply").status(), 200);
    }
    // Nothing else is told there.
    let keys = format!("{machine}/{}/discovery/v2.0/keys", served.settings["AZURE_TENANT_ID"]);
    assert_eq!(asked(keys, "accept", "*/*").await.expect("a reply").status(), 404);
}

#[tokio::test]
async fn files_lie_beside_the_settings_and_a_scenario_may_name_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut scenario = Scenario::load("healthy").expect("healthy");
    let elsewhere = "/nowhere/token".to_owned();
    scenario.caller.env.insert("AZURE_FEDERATED_TOKEN_FILE".to_owned(), elsewhere.clone());
    scenario.caller.unset.push("IDENTITY_ENDPOINT".to_owned());
    let options = Options { ca_out: Some(at("ca.pem")), env_out: Some(at("env")), ..Options::default() };
    let server = Server::start(scenario, options).await.expect("a server");
    let settings = server.settings();
    assert_eq!(settings["AZURE_CLIENT_CERTIFICATE_PATH"], settings::text(&at("env.client.pem")));
    assert_eq!(settings["AZURE_FEDERATED_TOKEN_FILE"], elsewhere);
    assert!(!settings.contains_key("IDENTITY_ENDPOINT"));
    let text = fs::read_to_string(at("env.client.pem")).expect("the certificate");
    assert!(text.starts_with("-----BEGIN PRIVATE KEY-----") && text.ends_with("-----END CERTIFICATE-----\n"));
    let mut names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|f| f.file_name()).collect();
    names.sort();
    assert_eq!(names, ["ca.pem", "env", "env.client.pem", "env.federated.jwt"]);
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let served = serving(Scenario::load("healthy").expect("healthy")).await;
    let request = served.client.post(served.url("/x/oauth2/v2.0/token")).body(vec![b'a'; 70_000]);
    assert_eq!(request.send().await.expect("a reply").status(), 413);
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let options = Options { listen: "0.0.0.0:0".parse().expect("an address"), ..Options::default() };
    let started = Server::start(Scenario::load("healthy").expect("healthy"), options).await;
    assert!(matches!(started, Err(ServeError::NotLoopback(_))));
}

#[tokio::test]
async fn ready_comes_after_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ca, env) = (folder.path().join("ca.pem"), folder.path().join("env"));
    let options = Options { ca_out: Some(ca.clone()), env_out: Some(env.clone()), ..Options::default() };
    let (mut out, mut log) = (Vec::new(), Vec::new());
    let mut scenario = Scenario::load("healthy").expect("healthy");
    scenario.caller.tenant_settings = Some("contoso".to_owned());
    let served = serve(scenario, options, std::future::pending(), &mut out, &mut log);
    assert!(tokio::time::timeout(std::time::Duration::from_secs(3), served).await.is_err(), "it serves on");
    let out = String::from_utf8(out).expect("text");
    let settings = out.strip_suffix("READY\n").expect("READY at the end");
    assert_eq!(fs::read_to_string(env).expect("settings"), settings);
    assert!(settings.contains(&format!("\nREQUESTS_CA_BUNDLE={}\n", ca.display())) || settings.contains("BUNDLE='"));
    assert!(settings.contains("PBIAUTH_TENANT_SETTINGS="));
    assert!(String::from_utf8(log).expect("text").starts_with("serving \"everything works\" on https://127.0.0.1:"));
}
