//! Compiles `proto/` without protoc and writes three things into OUT_DIR: the generated clients and
//! servers, the descriptor set for reflection, and the table of error reasons read from the options
//! of `guildhall.errors.v1.ErrorReason`.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use prost_reflect::{DescriptorPool, MessageDescriptor, Value};

#[allow(clippy::disallowed_methods, reason = "cargo tells a build script its folders by environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let proto_root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", proto_root.display());

    let mut files = BTreeSet::new();
    collect_proto_files(&proto_root, &mut files)?;

    let mut compiler = protox::Compiler::new([&proto_root])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files)?;

    // The bytes from protox keep custom options; prost's own encoding would drop them.
    std::fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    std::fs::write(out.join("error_reasons.rs"), error_reasons(&compiler.descriptor_pool())?)?;

    let secret = messages_with_secrets(&compiler.descriptor_pool());
    std::fs::write(out.join("redacted.rs"), redacted_debug(&secret)?)?;

    // google.protobuf stays in the set: prost-build looks types up there though nothing is made for it.
    tonic_prost_build::configure()
        .skip_debug(secret.iter().map(MessageDescriptor::full_name))
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

fn collect_proto_files(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_proto_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.insert(path);
        }
    }
    Ok(())
}

/// Messages with a field that the proto marks `debug_redact`.
fn messages_with_secrets(pool: &DescriptorPool) -> Vec<MessageDescriptor> {
    pool.all_messages()
        .filter(|message| message.full_name().starts_with("guildhall."))
        .filter(|message| {
            message.fields().any(|field| {
                let redact = field.options().get_field_by_name("debug_redact").as_deref().and_then(Value::as_bool);
                redact == Some(true)
            })
        })
        .collect()
}

/// A `Debug` that shows no field, so that a logged message cannot leak a password or token.
fn redacted_debug(messages: &[MessageDescriptor]) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    for message in messages {
        let rust_path = message.full_name().trim_start_matches("guildhall.").replace('.', "::");
        writeln!(
            code,
            "impl std::fmt::Debug for crate::{rust_path} {{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{
        f.write_str(\"{} {{ [redacted] }}\")
    }}
}}",
            message.name()
        )?;
    }
    Ok(code)
}

/// `code`, `http_status` and `grpc_status` for every reason, as the proto's options state them.
fn error_reasons(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let reasons =
        pool.get_enum_by_name("guildhall.errors.v1.ErrorReason").ok_or("ErrorReason is missing from proto/")?;
    let status =
        pool.get_extension_by_name("guildhall.errors.v1.status").ok_or("the status option is missing from proto/")?;

    let (mut codes, mut https, mut grpcs, mut all) = (String::new(), String::new(), String::new(), String::new());
    for value in reasons.values().filter(|value| value.number() != 0) {
        let code = value.name().strip_prefix("ERROR_REASON_").ok_or("a reason lacks its prefix")?.to_owned();
        let options = value.options();
        let codes_of = options.get_extension(&status);
        let codes_of = codes_of.as_message().ok_or("a reason lacks its status")?;
        let number = |field: &str| -> Result<i32, Box<dyn Error>> {
            codes_of
                .get_field_by_name(field)
                .as_deref()
                .and_then(Value::as_i32)
                .filter(|number| *number != 0)
                .ok_or_else(|| format!("{code} lacks its {field} status").into())
        };
        let variant = upper_camel(&code);
        writeln!(codes, "            Self::{variant} => {code:?},")?;
        writeln!(https, "            Self::{variant} => {},", number("http")?)?;
        writeln!(grpcs, "            Self::{variant} => {},", number("grpc")?)?;
        writeln!(all, "        Self::{variant},")?;
    }

    Ok(format!(
        "impl ErrorReason {{
    /// Every reason that can be sent.
    pub const ALL: &[Self] = &[
{all}    ];

    /// The stable word that clients branch on.
    pub const fn code(self) -> &'static str {{
        match self {{
            Self::Unspecified => \"INTERNAL_ERROR\",
{codes}        }}
    }}

    /// The HTTP status (RFC 9110) that goes with it.
    pub const fn http_status(self) -> u16 {{
        match self {{
            Self::Unspecified => 500,
{https}        }}
    }}

    /// The gRPC status code that goes with it.
    pub const fn grpc_status(self) -> i32 {{
        match self {{
            Self::Unspecified => 13,
{grpcs}        }}
    }}

    /// Finds a reason by its word.
    pub fn from_code(code: &str) -> Option<Self> {{
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }}
}}
"
    ))
}

fn upper_camel(code: &str) -> String {
    code.split('_')
        .map(|word| {
            let lower = word.to_lowercase();
            let (first, rest) = lower.split_at(1);
            first.to_uppercase() + rest
        })
        .collect()
}
