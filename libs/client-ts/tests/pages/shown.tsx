import type { ReactElement } from "react";
import { useOrg, useOrganization, useOrganizations, useOrgs, usePermission, useSession } from "@guildhall/client/react";
import type { Result } from "@guildhall/client/react";

/** A line of text about one hook. */
function Line({ name, of, shown }: { name: string; of: Result<unknown>; shown: string }): ReactElement {
    const text = of.isPending ? "pending" : shown;
    return (
        <p id={name}>
            {text}
            {of.error ? ` (${of.error.message})` : ""}
        </p>
    );
}

function Session(): ReactElement {
    const session = useSession();
    const mayRename = usePermission("org:update");
    return (
        <>
            <Line name="session" of={session} shown={session.data?.email ?? "nobody"} />
            <Line name="permission" of={mayRename} shown={String(mayRename.data)} />
            <button id="refetch-session" onClick={() => void session.refetch()} />
        </>
    );
}

/** Two components look at the same list, which is read once. */
export function Modules(): ReactElement {
    const list = useOrganizations();
    const again = useOrganizations();
    const active = useOrganization();
    return (
        <>
            <Session />
            <Line name="list" of={list} shown={list.data.map(({ organization }) => organization.name).join()} />
            <Line name="again" of={again} shown={String(again.data === list.data)} />
            <Line name="active" of={active} shown={active.data?.organization.name ?? "none"} />
            <button id="refetch-list" onClick={() => void list.refetch()} />
            <button id="switch" onClick={() => void list.switchTo("org-b")} />
        </>
    );
}

export function Flat(): ReactElement {
    const list = useOrgs();
    const active = useOrg();
    return (
        <>
            <Session />
            <Line name="list" of={list} shown={list.data.map(({ name }) => name).join()} />
            <Line name="active" of={active} shown={active.data?.name ?? "none"} />
            <button id="switch" onClick={() => void list.switchTo("org-b")} />
        </>
    );
}
