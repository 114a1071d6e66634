//! The generated clients, servers and messages of `proto/`, and its descriptor set. Nothing here is
//! written by hand; see the comments in the proto files.
#![allow(missing_docs, clippy::all, reason = "generated code")]

/// Reasons for refusals, shared by both wires.
pub mod errors {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.errors.v1");
        include!(concat!(env!("OUT_DIR"), "/error_reasons.rs"));
    }
}

/// What every service tells of what was done.
pub mod audit {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.audit.v1");
    }
}

/// What makes older tokens say too much.
pub mod changes {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.changes.v1");
    }
}

/// Users, credentials, sessions, signing keys.
pub mod identity {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.identity.v1");
    }
}

/// Organizations, memberships, roles.
pub mod organizations {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.organizations.v1");
    }
}

/// Invitations by e-mail and by link.
pub mod invitations {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.invitations.v1");
    }
}

/// Plans, subscriptions, credits.
pub mod billing {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("guildhall.billing.v1");
    }
}

mod redacted {
    include!(concat!(env!("OUT_DIR"), "/redacted.rs"));
}

/// Every file of `proto/` with its comments and options, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
