//! One named test a fixture file.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Served, causes, diagnose, pbiauth, report, verdict};

type Outcome = datatest_stable::Result<()>;

/// `fixtures/causes/<cause>/<name>.<confidence>.<ending>`: the cause comes first, and this sure.
fn recognised(path: &Path) -> Outcome {
    let cause = folder_name(path);
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
    let confidence = name.split('.').nth(1).ok_or("the name tells the confidence")?;
    let report = diagnose(&std::fs::read(path)?);
    let first = &report["diagnoses"][0];
    let found = (first["cause"].as_str(), first["confidence"].as_str());
    owners_begin(&report)?;
    if found == (Some(cause), Some(confidence)) {
        Ok(())
    } else {
        Err(format!("want {cause} {confidence}, got {:?}", verdict(&report)).into())
    }
}

/// The first step that is shown is the one of whoever is named: steps are left out by what is known.
fn owners_begin(report: &Value) -> Outcome {
    for diagnosis in report["diagnoses"].as_array().into_iter().flatten() {
        let (owner, first) = (&diagnosis["owner"], &diagnosis["fix"][0]["by"]);
        if owner != first {
            return Err(
                format!("{}: the {owner} acts, but the first step is for the {first}", diagnosis["cause"]).into()
            );
        }
    }
    Ok(())
}

/// `fixtures/near/<cause>/*`: the cause does not come first.
fn near_miss(path: &Path) -> Outcome {
    let report = diagnose(&std::fs::read(path)?);
    if causes(&report).first().map(String::as_str) == Some(folder_name(path)) {
        return Err(format!("{:?}", verdict(&report)).into());
    }
    Ok(())
}

/// `fixtures/healthy/*`: nothing is said.
fn healthy(path: &Path) -> Outcome {
    let report = diagnose(&std::fs::read(path)?);
    if !causes(&report).is_empty() || report["exit"] != 0 {
        return Err(format!("{:?}", verdict(&report)).into());
    }
    Ok(())
}

/// `fixtures/scenarios/embed/*`: the same as below of `pbiauth embed`, over the network where a browser and powerbi-client
/// are at hand.
fn embedding(path: &Path) -> Outcome {
    let expected = expected(path)?;
    let file = path.canonicalize()?;
    let name = file.to_str().ok_or("a path")?;
    let folder = tempfile::tempdir()?;
    let bundle = folder.path().join("run.json");
    let in_process =
        report(&pbiauth().args(["embed", "--format", "json", "--sim", name, "--bundle"]).arg(&bundle).output()?);
    check(&expected, &in_process, "in process")?;
    let replayed = report(&pbiauth().args(["diagnose", "--format", "json"]).arg(&bundle).output()?);
    same(&in_process, &replayed, "from the bundle")?;

    let Some(client) = support::powerbi_client() else { return Ok(()) };
    let served = Served::start(name);
    let mut command = pbiauth();
    command.args(["embed", "--headless", "--deadline", "60s", "--format", "json", "--powerbi-client"]).arg(client);
    command.args(options(path, folder.path())?);
    let live = report(&served.run(&mut command));
    same(&in_process, &live, "in a browser")
}

/// What the scenario's caller embeds, as options; the configuration of its page is written into a folder.
fn options(path: &Path, folder: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let file: toml::Table = toml::from_str(&std::fs::read_to_string(path)?)?;
    let embeds = file.get("caller").and_then(|caller| caller.get("embed")).and_then(toml::Value::as_table);
    let mut options = Vec::new();
    for (name, value) in embeds.into_iter().flatten() {
        options.push(format!("--{name}"));
        match value {
            toml::Value::String(text) => options.push(text.clone()),
            toml::Value::Table(members) => {
                let file = folder.join(format!("{name}.json"));
                std::fs::write(&file, serde_json::to_vec(members)?)?;
                options.push(file.to_string_lossy().into_owned());
            }
            _ => {}
        }
    }
    Ok(options)
}

/// `fixtures/scenarios/**`: the same diagnosis in process, over the network, and from the saved run.
fn scenario(path: &Path) -> Outcome {
    if folder_name(path) == "embed" {
        return embedding(path);
    }
    let expected = expected(path)?;
    let file = path.canonicalize()?;
    let name = file.to_str().ok_or("a path")?;
    let folder = tempfile::tempdir()?;
    let bundle = folder.path().join("run.json");

    let in_process = report(&pbiauth().args(["doctor", "--format", "json", "--sim", name]).output()?);
    check(&expected, &in_process, "in process")?;

    let served = Served::start(name);
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--bundle"]).arg(&bundle);
    let live = report(&served.run(&mut command));
    same(&in_process, &live, "over the network")?;

    let replayed = report(&pbiauth().args(["diagnose", "--format", "json"]).arg(&bundle).output()?);
    same(&live, &replayed, "from the bundle")
}

struct Expected {
    outcome: String,
    diagnoses: Vec<String>,
    confidence: Option<String>,
}

fn expected(path: &Path) -> Result<Expected, Box<dyn std::error::Error>> {
    let file: toml::Table = toml::from_str(&std::fs::read_to_string(path)?)?;
    let expect = file.get("expect").and_then(toml::Value::as_table).ok_or("[expect] is missing")?;
    let text = |name: &str| expect.get(name).and_then(toml::Value::as_str).map(str::to_owned);
    let listed = expect.get("diagnoses").and_then(toml::Value::as_array).into_iter().flatten();
    Ok(Expected {
        outcome: text("outcome").ok_or("outcome is missing")?,
        diagnoses: listed.filter_map(|cause| cause.as_str().map(str::to_owned)).collect(),
        confidence: text("confidence"),
    })
}

fn check(expected: &Expected, report: &Value, how: &str) -> Outcome {
    owners_begin(report)?;
    let found = causes(report);
    let listed = found.get(..expected.diagnoses.len()) == Some(&expected.diagnoses[..]);
    let silent = !expected.diagnoses.is_empty() || found.is_empty();
    let sure = expected.confidence.is_none()
        || expected.confidence.as_deref() == report["diagnoses"][0]["confidence"].as_str();
    if report["outcome"] == *expected.outcome && listed && silent && sure {
        Ok(())
    } else {
        let wanted = (&expected.outcome, &expected.diagnoses, &expected.confidence);
        Err(format!("{how}: want {wanted:?}, got {:?}", verdict(report)).into())
    }
}

fn same(one: &Value, other: &Value, how: &str) -> Outcome {
    for (was, is) in [(verdict(one), verdict(other)), (statuses(one), statuses(other))] {
        if was != is {
            return Err(format!("{how}: {was:?} became {is:?}").into());
        }
    }
    Ok(())
}

fn statuses(report: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().into_iter().flatten();
    checks.map(|check| format!("{} {}", check["id"], check["status"])).collect()
}

fn folder_name(path: &Path) -> &str {
    path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default()
}

datatest_stable::harness! {
    { test = recognised, root = "fixtures/causes", pattern = r"\.(csv|json|txt)$" },
    { test = near_miss, root = "fixtures/near", pattern = r"\.(csv|json|txt)$" },
    { test = healthy, root = "fixtures/healthy", pattern = r"\.(csv|json|txt)$" },
    { test = scenario, root = "fixtures/scenarios", pattern = r"\.toml$" },
}
