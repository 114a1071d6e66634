//! Who may make which call at all. What a caller may do to which thing is asked later, in the
//! transaction that does it.

/// The kind of caller that an RPC is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Anybody.
    Public,
    /// Whoever presents a valid access token.
    SignedIn,
    /// Another service of the deployment.
    Service,
    /// Whoever presents a valid access token with a platform role.
    BackOffice,
    /// A program that presents a server API key. Whether anybody knows the key, and what it may do, is for the use case to
    /// find out, in the transaction that does it.
    ServerKey,
    /// Another service of the deployment, or a program that presents a server API key. A key counts before the credential, so that
    /// a service can make the call for whoever presented it; what it may do is for the use case to find out.
    ServiceOrServerKey,
}

/// A service's table from RPC path (`/package.Service/Method`) to requirement. A path that is not in
/// it is denied.
pub type Policy = fn(rpc_path: &str) -> Option<Requirement>;
