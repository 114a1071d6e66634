//! Reading and writing the database, in the words of the domain. Nothing outside names the database
//! library, and every function that reads what belongs to an organization takes the organization first.

pub mod catalog;
pub mod endings;
mod entity;
pub mod joins;
pub mod losses;
pub mod member_roles;
pub mod members;
pub mod memberships_of_user;
pub mod migrations;
pub mod offers;
pub mod organization_lists;
pub mod organizations;
pub mod owners;
pub mod roles;
mod search;
pub mod standings;
pub mod users;
