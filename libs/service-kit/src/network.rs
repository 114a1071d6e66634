//! Whom an address stands for when calls are counted by where they come from.

use std::net::IpAddr;

/// Names the network of an address: whoever has one address of it has all of them. It is the IPv4 address itself, or the
/// first 64 bits of an IPv6 address. Callers of whom nobody knows the address share one.
///
/// ```
/// use service_kit::network::network_of;
/// let of = |text: &str| network_of(text.parse().ok());
/// assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
/// assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
/// assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
/// ```
pub fn network_of(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        None => b"unknown".to_vec(),
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
    }
}
