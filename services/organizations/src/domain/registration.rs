//! What a service's registration does to the catalog.

use std::collections::BTreeMap;

use crate::domain::denial::Denial;
use crate::domain::permission::{Definition, PermissionCode};

/// The slice that is written in the code.
const CORE: &str = "core";
/// Most bytes that all registered codes together take in a token. It says every permission of an owner and must fit into
/// a cookie of 4,096 bytes beside the longest names and addresses: about 2,900 bytes of JSON, of which the other claims
/// take up to 1,900.
const MOST_BYTES: usize = 1000;
/// What a code takes besides itself: quotes and a comma.
const AROUND_A_CODE: usize = 3;
/// Most bytes that all registered names, descriptions and categories take together. Whoever holds as many roles as one
/// can, each with everything, is then still told in an answer of less than 3 MiB (`service_kit::pages::LARGEST_PAGE`).
const MOST_TEXT: usize = 128 * 1024;

/// A slice of the catalog as it is to be.
pub struct Registration {
    /// Whose.
    pub service: String,
    /// Everything in it.
    pub definitions: BTreeMap<PermissionCode, Definition>,
}

/// What differs between the slice as it is and as it is to be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// New.
    pub added: Vec<PermissionCode>,
    /// Defined differently.
    pub changed: Vec<PermissionCode>,
    /// Gone.
    pub pruned: Vec<PermissionCode>,
    /// What custom roles may no longer hold.
    pub withdrawn: Vec<PermissionCode>,
}

impl Registration {
    /// Compares with everything that services have registered so far.
    pub fn compare(&self, registered: &[(String, Definition)]) -> Result<Difference, Denial> {
        if self.service == CORE {
            return Err(Denial::CoreSlice);
        }
        let (own, others): (Vec<_>, Vec<_>) = registered.iter().partition(|(service, _)| *service == self.service);
        let others: BTreeMap<&PermissionCode, &Definition> = by_code(others);
        if let Some(code) = self.definitions.keys().find(|code| code.is_of_core() || others.contains_key(code)) {
            return Err(Denial::PermissionTaken(code.clone()));
        }
        let all = || self.definitions.values().chain(others.values().copied());
        if all().map(|definition| definition.code.as_str().len() + AROUND_A_CODE).sum::<usize>() > MOST_BYTES {
            return Err(Denial::CatalogFull);
        }
        if all().map(Definition::text_length).sum::<usize>() > MOST_TEXT {
            return Err(Denial::CatalogTooWordy);
        }

        let own = by_code(own);
        let mut difference = Difference::default();
        for (code, wanted) in &self.definitions {
            match own.get(code) {
                None => difference.added.push(code.clone()),
                Some(known) if *known != wanted => difference.changed.push(code.clone()),
                Some(_) => {}
            }
        }
        for (code, known) in own {
            match self.definitions.get(code) {
                None => difference.pruned.push(code.clone()),
                Some(wanted) if known.is_org_assignable && !wanted.is_org_assignable => {
                    difference.withdrawn.push(code.clone());
                }
                Some(_) => {}
            }
        }
        Ok(difference)
    }
}

fn by_code(slice: Vec<&(String, Definition)>) -> BTreeMap<&PermissionCode, &Definition> {
    slice.into_iter().map(|(_, definition)| (&definition.code, definition)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(code: &str, is_org_assignable: bool) -> Definition {
        Definition {
            code: code.parse().unwrap(),
            name: code.to_owned(),
            description: None,
            category: "catalog".to_owned(),
            is_org_assignable,
        }
    }

    fn registration(service: &str, definitions: &[Definition]) -> Registration {
        let definitions = definitions.iter().map(|it| (it.code.clone(), it.clone())).collect();
        Registration { service: service.to_owned(), definitions }
    }

    fn codes(codes: &[&str]) -> Vec<PermissionCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn a_slice_becomes_what_the_registration_says() {
        let registered = [
            ("catalog".to_owned(), definition("items:read", true)),
            ("catalog".to_owned(), definition("items:write", true)),
            ("catalog".to_owned(), definition("items:drop", true)),
            ("sales".to_owned(), definition("sales:read", true)),
        ];
        let wanted = [definition("items:read", true), definition("items:write", false), definition("items:new", true)];
        let difference = registration("catalog", &wanted).compare(&registered).unwrap();
        assert_eq!(difference.added, codes(&["items:new"]));
        assert_eq!(difference.changed, codes(&["items:write"]));
        assert_eq!(difference.pruned, codes(&["items:drop"]));
        assert_eq!(difference.withdrawn, codes(&["items:write"]));
    }

    #[test]
    fn nobody_takes_what_is_the_cores_or_another_services() {
        let registered = [("sales".to_owned(), definition("sales:read", true))];
        let refused = |service, code| registration(service, &[definition(code, true)]).compare(&registered).err();
        assert_eq!(refused("core", "items:read"), Some(Denial::CoreSlice));
        assert_eq!(
            refused("catalog", "org:items:read"),
            Some(Denial::PermissionTaken("org:items:read".parse().unwrap()))
        );
        assert_eq!(refused("catalog", "sales:read"), Some(Denial::PermissionTaken("sales:read".parse().unwrap())));
        assert_eq!(refused("sales", "sales:read"), None);
    }

    #[test]
    fn the_catalog_stays_small_enough_for_a_token() {
        let of = |count: usize| (0..count).map(|n| definition(&format!("items:{n:04}"), true)).collect::<Vec<_>>();
        // Each takes thirteen bytes.
        assert!(registration("catalog", &of(76)).compare(&[]).is_ok());
        assert_eq!(registration("catalog", &of(77)).compare(&[]), Err(Denial::CatalogFull));
    }

    #[test]
    fn the_catalog_stays_small_enough_to_be_shown_with_every_role() {
        let described = |code: &str, length: usize| Definition {
            name: "ä".to_owned(),
            description: Some("x".repeat(length)),
            ..definition(code, true)
        };
        // The name takes two bytes, the category seven.
        let others = [("sales".to_owned(), described("sales:read", MOST_TEXT / 2 - 9))];
        let of = |length| registration("catalog", &[described("items:read", length)]).compare(&others).err();
        assert_eq!(of(MOST_TEXT / 2 - 9), None);
        assert_eq!(of(MOST_TEXT / 2 - 8), Some(Denial::CatalogTooWordy));
    }
}
