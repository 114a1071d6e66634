"""Walks every page of a running product in Chromium, without a script, and takes pictures of what it sees.

    walk.py URL CHROMIUM FOLDER SECRETS

Leaves the secrets of links that it followed in the file SECRETS, one a line.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from browser import Browser
from product import PASSWORD, Product

NOTHING = "A" * 43
NEW_PASSWORD = "nine quiet ferries cross at dawn"


def invitation(made):
    return f"/invitations/{made['token']}"


def join(made):
    return f"/join/{made['token']}"


def walk_new_account(product, browser, owner, team):
    """Invited, makes an account, confirms the address by mail, and belongs."""
    email = product.address("carla")
    made = product.invite(owner, team, email)
    browser.open(invitation(made))
    browser.says("Join Harbour & Sons", "Alice O’Neill invites you")
    browser.look("invitation")
    browser.page.locator("summary", has_text="I am new here").click()
    browser.look("invitation-new-account")
    browser.fill(email="another@example.com", name="Carla", password="short")
    browser.press("Make an account")
    browser.says("This invitation was sent to c***@example.com")
    browser.look("invitation-new-account-refused")
    browser.fill(email=email, password="short")
    browser.press("Make an account")
    browser.says("must have at least 15 characters")
    browser.look("invitation-weak-password")
    assert browser.page.locator("#sign-up-email").input_value() == email, "what was typed is kept"
    assert browser.page.locator("#sign-up-password").input_value() == "", "but for the password"
    browser.fill(password=PASSWORD)
    browser.press("Make an account")
    browser.says("look into your mail", email)
    browser.look("invitation-look-into-your-mail")
    browser.press("Send the mail again")
    browser.says("A mail is on its way")
    browser.look("invitation-mail-sent")
    browser.open(f"/verify-email?token={product.mailed(email, 'verify-email?token=')}")
    browser.look("confirm-address")
    browser.press("Confirm this address")
    browser.says("Your address is confirmed", "Harbour & Sons")
    browser.look("address-confirmed")
    browser.open(invitation(made), status=409)
    browser.says("has been answered")
    browser.look("snag-answered")
    browser.open("/")
    browser.says("Hello, Carla", "Harbour & Sons")
    browser.look("home")
    browser.press("Sign out")
    browser.says("Sign in")


def walk_sign_in(product, browser, owner, team):
    """Invited, signs in after a wrong password, accepts; and what an ended session looks like."""
    bob = product.person("bob", display_name="Bob")
    made = product.invite(owner, team, bob["email"], role="owner")
    browser.open(invitation(made))
    browser.fill(email=bob["email"], password="not the one at all")
    browser.press("Sign in")
    browser.says("do not belong together")
    browser.look("invitation-wrong-password")
    browser.fill(password=PASSWORD)
    browser.press("Sign in")
    browser.says("Signed in as", bob["email"])
    browser.look("invitation-signed-in")
    cookies = [cookie for cookie in browser.context.cookies() if cookie["name"] != "__Host-guildhall_access"]
    browser.context.clear_cookies()
    browser.context.add_cookies(cookies)
    browser.open(invitation(made))
    browser.says("You were signed in here")
    browser.look("invitation-returning")
    browser.press("Continue")
    browser.press("Accept")
    browser.says("You belong to Harbour & Sons")
    browser.look("joined")
    browser.page.reload()
    browser.says("You belong to Harbour & Sons")
    browser.open(invitation(product.invite(owner, team, product.address("other"))))
    browser.press("Accept")
    browser.says("is for another address", "o***@example.com")
    browser.look("snag-another-address")
    browser.press("Use another account")
    browser.says("Sign in or make an account to answer")


def walk_by_keyboard(product, browser, owner, team):
    """The whole of it without a mouse."""
    dora = product.person("dora", display_name="Dora")
    made = product.invite(owner, team, dora["email"])
    browser.open(invitation(made))
    browser.tab_to("I am new here")
    browser.page.keyboard.press("Enter")
    browser.tab_to("Choose a password")
    browser.open(invitation(made))
    browser.tab_to("E-mail address")
    browser.page.keyboard.type(dora["email"])
    browser.tab_to("Password")
    browser.page.keyboard.type("wrong")
    browser.enter()
    assert browser.page.locator(".notice.bad:focus").count() == 1, "the keyboard starts at what is wrong"
    browser.tab_to("The e-mail address and password")
    browser.page.keyboard.press("Enter")
    browser.tab_to("Password")
    browser.page.keyboard.type(PASSWORD)
    browser.tab_to("Keep me signed in")
    browser.page.keyboard.press("Space")
    browser.tab_to("Sign in")
    browser.enter()
    browser.tab_to("Accept")
    browser.enter()
    browser.says("You belong to Harbour & Sons")
    browser.open("/")
    browser.tab_to("Sign out")
    browser.enter()
    browser.says("Sign in")


def walk_declining(product, browser, owner, team):
    """Invited, and does not want to."""
    eve = product.person("eve")
    made = product.invite(owner, team, eve["email"])
    browser.open(invitation(made))
    browser.fill(email=eve["email"], password=PASSWORD)
    browser.press("Sign in")
    browser.press("Decline")
    browser.says("You declined the invitation")
    browser.look("declined")


def walk_link(product, browser, owner, team):
    """By a shared link, with an account that is made for it."""
    made = product.link(owner, team, max_uses=1)
    browser.open(join(made))
    browser.look("link")
    browser.page.locator("summary", has_text="I am new here").click()
    browser.fill(email=product.address("finn"), name="Finn", password=PASSWORD)
    browser.press("Make an account")
    browser.look("link-signed-in")
    browser.press("Join")
    browser.says("You belong to Harbour & Sons")
    browser.open("/")
    browser.says("not confirmed yet")
    browser.look("home-unconfirmed")
    browser.open(join(made), status=410)
    browser.says("used up")
    browser.look("snag-used-up")


def walk_too_many_tries(product, browser, owner, team):
    """Guesses until it has to wait."""
    browser.open(invitation(product.invite(owner, team, product.address("ivan"))))
    for _ in range(10):
        browser.fill(email="nobody@example.com", password="a guess")
        browser.press("Sign in")
        if "Too many wrong passwords" in browser.page.locator("body").inner_text():
            break
    browser.says("Too many wrong passwords; wait")
    browser.look("invitation-too-many-tries")


def walk_snags(product, browser, owner, team):
    """Links that lead nowhere."""
    browser.open(f"/invitations/{NOTHING}", status=404)
    browser.says("leads nowhere")
    browser.look("snag-unknown")
    made = product.invite(owner, team, product.address("gus"))
    product.api("DELETE", f"/orgs/{team}/invitations/{made['id']}", token=owner["token"])
    browser.open(invitation(made), status=410)
    browser.says("no longer counts", "It was withdrawn.")
    browser.look("snag-withdrawn")
    browser.open("/verify-email?token=cut-off", status=400)
    browser.says("no longer works")
    browser.look("snag-dead-link")
    browser.open("/reset-password?token=cut-off", status=400)
    browser.says("no longer works", "Ask for a new link")
    browser.open("/done/nothing", status=404)
    browser.look("snag-nothing")


def walk_passwords(product, browser):
    """Forgets the password and chooses another; changes the address."""
    hanna = product.person("hanna")
    browser.open("/forgot-password")
    browser.look("forgot-password")
    browser.fill(email="hanna")
    browser.press("Send the link")
    browser.look("forgot-password-refused")
    browser.fill(email=hanna["email"])
    browser.press("Send the link")
    browser.says("Look into your mail")
    browser.look("password-mail-sent")
    browser.open(f"/reset-password?token={product.mailed(hanna['email'], 'reset-password?token=')}")
    browser.look("new-password")
    browser.fill(password="password password")
    browser.press("Set this password")
    browser.says("too easy to guess")
    browser.look("new-password-refused")
    browser.fill(password=NEW_PASSWORD)
    browser.press("Set this password")
    browser.says("Your new password is set")
    browser.look("password-changed")
    browser.open("/")
    browser.look("sign-in")
    browser.fill(email=hanna["email"], password=NEW_PASSWORD)
    browser.press("Sign in")
    browser.says("Your account")
    tokens = product.api("POST", "/auth/login", {"email": hanna["email"], "password": NEW_PASSWORD})["tokens"]
    new_email = product.address("hanna.new")
    change = {"new_email": new_email, "current_password": NEW_PASSWORD}
    product.api("POST", "/auth/email/change", change, tokens["access_token"])
    browser.open(f"/confirm-email?token={product.mailed(new_email, 'confirm-email?token=')}")
    browser.look("confirm-new-address")
    browser.press("Use this address")
    browser.says("Your address was changed")
    browser.look("address-changed")


def main():
    url, program, folder, secrets = sys.argv[1:]
    pictures = Path(folder)
    pictures.mkdir(parents=True, exist_ok=True)
    product = Product(url)
    owner = product.person("alice", display_name="Alice O’Neill")
    team = product.team(owner, "Harbour & Sons")
    walks = [
        lambda browser: walk_new_account(product, browser, owner, team),
        lambda browser: walk_sign_in(product, browser, owner, team),
        lambda browser: walk_by_keyboard(product, browser, owner, team),
        lambda browser: walk_declining(product, browser, owner, team),
        lambda browser: walk_link(product, browser, owner, team),
        lambda browser: walk_too_many_tries(product, browser, owner, team),
        lambda browser: walk_snags(product, browser, owner, team),
        lambda browser: walk_passwords(product, browser),
    ]
    taken = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for walk in walks:
            browser = Browser(chromium, url, pictures, taken)
            walk(browser)
            browser.close()
        chromium.close()
    Path(secrets).write_text("\n".join(sorted(product.secrets)))
    print(f"{len(taken)} pages looked at, pictures in {folder}")


if __name__ == "__main__":
    main()
