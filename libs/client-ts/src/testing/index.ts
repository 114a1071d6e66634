export { MockServer, answer, noContent, refusal } from "./mock_server.js";
export type { MockAnswer, MockHandler, SeenRequest } from "./mock_server.js";
export { fakeSession } from "./fake_session.js";
export { type FakeClaims, type FakeGrant, accessToken, grant } from "./tokens.js";
export { type TestIssuer, type TestIssuerOptions, createTestIssuer } from "./issuer.js";
