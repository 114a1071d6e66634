// A switcher of organizations: who is signed in, what they belong to, and a way to act for another one.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAuthClient } from "@guildhall/client";
import { GuildhallProvider, useOrganizations, usePermission, useSession } from "@guildhall/client/react";

const client = createAuthClient({ apiBaseUrl: "http://localhost:8080/api/v1", storage: "localStorage" });

function Switcher() {
  const { data, activeId, isPending, error, switchTo } = useOrganizations();
  const mayInvite = usePermission("org:members:invite").data;
  if (isPending) return <p>One moment…</p>;
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <>
      <select aria-label="Organization" value={activeId ?? ""} onChange={(event) => switchTo(event.target.value)}>
        {data.map(({ organization }) => (
          <option key={organization.id} value={organization.id}>
            {organization.name}
          </option>
        ))}
      </select>
      {mayInvite && <button>Invite a colleague</button>}
    </>
  );
}

function Page() {
  const { data: claims, isPending } = useSession();
  if (isPending) return <p>One moment…</p>;
  if (claims === null) return <p>Sign in first.</p>;
  return (
    <>
      <p>Signed in as {claims.email}</p>
      <Switcher />
      <button onClick={() => client.auth.logout()}>Sign out</button>
    </>
  );
}

createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <GuildhallProvider client={client}>
      <Page />
    </GuildhallProvider>
  </StrictMode>,
);
globalThis.client = client;
