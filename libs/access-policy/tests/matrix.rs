//! The table of roles and permissions, against a copy that a person can read.

use access_policy::{BuiltInRole, Permission};

#[test]
fn the_table_of_roles_and_permissions_is_the_published_one() {
    let mut table = String::new();
    for permission in Permission::ALL {
        let holders: Vec<&str> = BuiltInRole::ALL
            .into_iter()
            .filter(|role| role.permissions().contains(&permission))
            .map(BuiltInRole::code)
            .collect();
        table += &format!("{permission}: {}\n", holders.join(" "));
    }
    assert_eq!(table, include_str!("matrix.txt"));
}

#[test]
fn codes_and_ids_name_exactly_one_role_or_permission() {
    for role in BuiltInRole::ALL {
        assert_eq!(BuiltInRole::from_code(role.code()), Some(role));
        assert_eq!(BuiltInRole::from_id(role.id()), Some(role));
    }
    for permission in Permission::ALL {
        assert_eq!(permission.code().parse::<Permission>().ok(), Some(permission));
    }
}

#[test]
fn rights_over_roles_cannot_be_given_to_custom_roles() {
    for permission in Permission::ALL {
        assert_eq!(permission.is_org_assignable(), !permission.code().starts_with("org:roles:"));
    }
}
