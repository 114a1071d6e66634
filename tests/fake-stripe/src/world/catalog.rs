//! Customers, products and prices.

use crate::objects::{Customer, Metadata, Price, Product, Recurring};
use crate::problem::Problem;
use crate::world::World;

/// What a new price is.
pub struct NewPrice {
    pub product: String,
    pub currency: String,
    pub unit_amount: i64,
    pub recurring: Recurring,
    pub lookup_key: Option<String>,
    pub metadata: Metadata,
}

impl World {
    pub fn add_customer(&mut self, email: Option<String>, name: Option<String>, metadata: Metadata) -> Customer {
        let (id, created, livemode) = (self.id("cus"), self.now(), self.livemode);
        let customer = Customer { id, object: "customer", created, email, name, livemode, metadata };
        self.customers.insert(customer.id.clone(), customer.clone());
        self.happened("customer.created", &customer);
        customer
    }

    /// Removes a customer, and ends what it had.
    pub fn remove_customer(&mut self, id: &str) {
        let Some(customer) = self.customers.remove(id) else { return };
        let own = self.subscriptions.values().filter(|subscription| subscription.customer == id);
        for subscription in own.map(|subscription| subscription.id.clone()).collect::<Vec<_>>() {
            self.end(&subscription);
        }
        self.removed.insert(id.to_owned());
        self.happened("customer.deleted", &customer);
    }

    pub fn add_product(&mut self, id: Option<String>, name: String, metadata: Metadata) -> Result<Product, Problem> {
        let id = id.unwrap_or_else(|| self.id("prod"));
        if self.products.contains_key(&id) {
            return Err(Problem::invalid("Product already exists.").with("resource_already_exists", "id"));
        }
        let (created, livemode) = (self.now(), self.livemode);
        let product = Product { id, object: "product", active: true, created, livemode, metadata, name };
        self.products.insert(product.id.clone(), product.clone());
        self.happened("product.created", &product);
        Ok(product)
    }

    pub fn add_price(&mut self, new: NewPrice) -> Result<Price, Problem> {
        let holds_key = |price: &Price| new.lookup_key.is_some() && price.lookup_key == new.lookup_key;
        if let Some(holder) = self.prices.values().find(|price| holds_key(price)) {
            let message =
                format!("A price (`{}`) already uses that lookup key. Either transfer it or use another.", holder.id);
            return Err(Problem::invalid(message).with("resource_already_exists", "lookup_key"));
        }
        if !self.products.contains_key(&new.product) {
            return Err(Problem::missing("product", &new.product, "product"));
        }
        let price = Price {
            id: self.id("price"),
            object: "price",
            active: true,
            created: self.now(),
            currency: new.currency,
            livemode: self.livemode,
            lookup_key: new.lookup_key,
            metadata: new.metadata,
            product: new.product,
            recurring: new.recurring,
            r#type: "recurring",
            unit_amount: new.unit_amount,
        };
        self.prices.insert(price.id.clone(), price.clone());
        self.happened("price.created", &price);
        Ok(price)
    }
}
