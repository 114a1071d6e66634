//! Settings from a file and the environment.

use std::io::Write;

use service_kit::settings::{Origin, RawSettings, SettingsError};

fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into_iter()
}

fn of_file(text: &str, pairs: &[(&str, &str)]) -> Result<RawSettings, SettingsError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    RawSettings::collect(Some(file.path()), environment(pairs))
}

#[test]
fn the_environment_wins_over_the_file() {
    let mut raw = of_file(
        "data_dir = \"/from/file\"\nhttp_port = 1\nmail = \"smtp://x\"",
        &[("GUILDHALL_DATA_DIR", "/from/environment"), ("HOME", "/root"), ("GUILDHALL_MAIL", "")],
    )
    .unwrap();
    assert_eq!(raw.take("data_dir").as_deref(), Some("/from/environment"));
    assert_eq!(raw.parse::<u16>("http_port").unwrap(), Some(1));
    assert_eq!(raw.take("mail"), None);
    assert!(raw.parse_or::<bool>("absent", true).unwrap());
    raw.finish().unwrap();
}

#[test]
fn an_unknown_setting_is_refused_with_the_likeliest_name() {
    let mut raw = RawSettings::collect(None, environment(&[("GUILDHALL_DATA_DRI", "x")])).unwrap();
    raw.take("data_dir");
    raw.take("http_listen");
    let error = raw.finish().unwrap_err().to_string();
    assert_eq!(error, "unknown setting GUILDHALL_DATA_DRI; did you mean GUILDHALL_DATA_DIR?");

    let mut raw = RawSettings::collect(None, environment(&[("GUILDHALL_QQQQ", "x")])).unwrap();
    raw.take("data_dir");
    assert_eq!(raw.finish().unwrap_err().to_string(), "unknown setting GUILDHALL_QQQQ");
}

#[test]
fn an_error_names_the_setting_and_never_its_value() {
    let secret = "hunter2hunter2";
    let mut raw = RawSettings::collect(None, environment(&[("GUILDHALL_HTTP_PORT", secret)])).unwrap();
    let unreadable_number = raw.parse::<u16>("http_port").unwrap_err().to_string();
    assert!(unreadable_number.contains("GUILDHALL_HTTP_PORT"), "{unreadable_number}");
    let unreadable_file = of_file(&format!("password = {secret}\n"), &[]).map(|_| ()).unwrap_err().to_string();
    let nested = of_file(&format!("password = [\"{secret}\"]"), &[]).map(|_| ()).unwrap_err().to_string();
    assert!(nested.contains("GUILDHALL_PASSWORD"), "{nested}");
    let unknown = RawSettings::collect(None, environment(&[("GUILDHALL_PASSWORDD", secret)])).unwrap();
    let unknown = unknown.finish().unwrap_err().to_string();
    for error in [unreadable_number, unreadable_file, nested, unknown] {
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let missing = RawSettings::collect(Some("/nowhere/guildhall.toml".as_ref()), environment(&[])).map(|_| ());
    assert!(missing.unwrap_err().to_string().contains("/nowhere/guildhall.toml"));
}

#[test]
fn a_secret_may_be_mounted_as_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b" of the file \n\n").unwrap();
    let path = file.path().to_str().unwrap();
    let mut raw = RawSettings::collect(None, environment(&[("GUILDHALL_PASSWORD_FILE", path)])).unwrap();
    assert_eq!(raw.take("password").as_deref(), Some(" of the file \n"), "one line break is not part of it");
    raw.finish().unwrap();
    let missing = RawSettings::collect(None, environment(&[("GUILDHALL_PASSWORD_FILE", "/nowhere")])).map(|_| ());
    assert!(missing.unwrap_err().to_string().contains("GUILDHALL_PASSWORD_FILE"));
}

#[test]
fn a_value_that_is_given_twice_in_the_environment_is_refused() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"one").unwrap();
    let path = file.path().to_str().unwrap();
    let both = [("GUILDHALL_PASSWORD_FILE", path), ("GUILDHALL_PASSWORD", "other")];
    let refused = RawSettings::collect(None, environment(&both)).map(|_| ()).unwrap_err().to_string();
    assert_eq!(refused, "GUILDHALL_PASSWORD_FILE and GUILDHALL_PASSWORD are both set; keep one of them");

    // Composing tools pass on variables that are not set as empty ones.
    for empty in ["GUILDHALL_PASSWORD", "GUILDHALL_MAIL_FILE"] {
        let pairs = [("GUILDHALL_PASSWORD_FILE", path), (empty, "")];
        let mut raw = RawSettings::collect(None, environment(&pairs)).unwrap();
        assert_eq!(raw.take("password").as_deref(), Some("one"));
        raw.finish().unwrap();
    }
}

#[test]
fn every_value_tells_where_it_comes_from() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"hidden\n").unwrap();
    let path = secret.path().to_str().unwrap();
    let text = format!("data_dir = \"/data\"\nhttp_port = 1\npassword_file = \"{path}\"");
    let mut raw = of_file(&text, &[("GUILDHALL_HTTP_PORT", "2"), ("GUILDHALL_EMPTY", "")]).unwrap();
    let told: Vec<_> =
        raw.rest().map(|(name, value, origin)| (name.to_owned(), value.to_owned(), origin.clone())).collect();
    let expected = [
        ("data_dir", "/data", Origin::SettingsFile),
        ("http_port", "2", Origin::Variable),
        ("password", "hidden", Origin::FileOfItsOwn(path.into())),
    ];
    assert_eq!(told, expected.map(|(name, value, origin)| (name.to_owned(), value.to_owned(), origin)));
    for name in ["data_dir", "http_port", "password", "empty"] {
        raw.take(name);
    }
    assert_eq!(raw.known(), ["data_dir", "http_port", "password", "empty"]);
    assert_eq!(raw.rest().count(), 0);
}
