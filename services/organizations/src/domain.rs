//! The rules of organizations, membership and roles: pure, without a database, a wire or a clock.

pub mod acting;
pub mod change;
pub mod denial;
pub mod effect;
pub mod ids;
pub mod member;
pub mod name;
pub mod organization;
pub mod profile;
pub mod profile_field;
pub mod role;
pub mod roles;
pub mod scene;
pub mod slug;
pub mod standing;
pub mod user;
