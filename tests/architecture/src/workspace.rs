//! The workspace as cargo describes it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate of the workspace and what its manifest asks for.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest.
#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    /// Needed by the tests alone.
    pub is_for_tests: bool,
}

/// The folder with the workspace's manifest.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Asks cargo for the crates of the workspace.
pub fn packages() -> Result<Vec<Package>, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    packages_in(&serde_json::from_slice(&output.stdout)?)
}

/// Reads the answer of `cargo metadata`.
pub fn packages_in(metadata: &Value) -> Result<Vec<Package>, Box<dyn Error>> {
    list(metadata, "packages")?.iter().map(package).collect()
}

fn package(value: &Value) -> Result<Package, Box<dyn Error>> {
    let dependencies = list(value, "dependencies")?
        .iter()
        .map(|dependency| Ok(Dependency { name: text(dependency, "name")?, is_for_tests: dependency["kind"] == "dev" }))
        .collect::<Result<_, Box<dyn Error>>>()?;
    Ok(Package { name: text(value, "name")?, dependencies })
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, Box<dyn Error>> {
    value[key].as_array().ok_or_else(|| format!("cargo metadata lacks the list `{key}`").into())
}

fn text(value: &Value, key: &str) -> Result<String, Box<dyn Error>> {
    Ok(value[key].as_str().ok_or_else(|| format!("cargo metadata lacks the text `{key}`"))?.to_owned())
}
