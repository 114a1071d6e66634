//! The parameters of a call: form-encoded names with brackets, such as `line_items[0][price]`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::objects::Metadata;
use crate::problem::Problem;

/// Names as they were sent and their values. Each is taken out as it is understood; what remains at the end is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a body or a query. `expand[]` and the like, whose index is left out, are numbered.
    pub fn read(encoded: &[u8]) -> Result<Self, Problem> {
        let mut params = BTreeMap::new();
        let mut unnumbered = 0;
        for (name, value) in url::form_urlencoded::parse(encoded) {
            let name = if name.contains("[]") {
                unnumbered += 1;
                name.replacen("[]", &format!("[{}]", unnumbered - 1), 1)
            } else {
                name.into_owned()
            };
            if name.is_empty() {
                return Err(Problem::invalid("A parameter has no name."));
            }
            if params.insert(name.clone(), value.into_owned()).is_some() {
                return Err(Problem::invalid(format!("Parameter {name} is given twice.")));
            }
        }
        Ok(Self(params))
    }

    /// The value of a parameter that may be left out; empty counts as left out.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    /// Whether a parameter is there without a value, which unsets what it names.
    pub fn unsets(&mut self, name: &str) -> bool {
        self.0.get(name).is_some_and(String::is_empty) && self.0.remove(name).is_some()
    }

    /// The value of a parameter that must be there.
    pub fn required(&mut self, name: &str) -> Result<String, Problem> {
        self.text(name)
            .ok_or_else(|| Problem::invalid(format!("Missing required param: {name}.")).with("parameter_missing", name))
    }

    /// A number, a boolean and so on.
    pub fn parsed<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let invalid = |_| Problem::invalid(format!("Invalid value for {name}: {text}")).with("parameter_invalid", name);
        text.parse().map(Some).map_err(invalid)
    }

    /// All of `name[…]`.
    pub fn map(&mut self, name: &str) -> Metadata {
        let inner = |key: &str| {
            key.strip_prefix(name)?
                .strip_prefix('[')?
                .strip_suffix(']')
                .filter(|key| !key.contains('['))
                .map(str::to_owned)
        };
        let keys: Vec<(String, String)> = self.0.keys().filter_map(|key| Some((key.clone(), inner(key)?))).collect();
        keys.into_iter().filter_map(|(key, inner)| Some((inner, self.0.remove(&key)?))).collect()
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Result<(), Problem> {
        match self.0.into_keys().next() {
            Some(name) => {
                Err(Problem::invalid(format!("Received unknown parameter: {name}")).with("parameter_unknown", &name))
            }
            None => Ok(()),
        }
    }
}
