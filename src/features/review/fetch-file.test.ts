import type { Attachment } from "@convex/shared/attachments/attachments";
import { sha256 } from "@convex/shared/digest";
import { describe, expect, it } from "vitest";
import { Said } from "@/lib/said";
import { fetchFile, type FetchTools } from "./fetch-file";

const file = {
  attachmentId: "a&1",
  name: "notes.txt",
  size: 5,
  digest: await sha256("hello"),
} as unknown as Attachment;

function tools(answer: Response | Error, more: Partial<FetchTools> = {}) {
  const asked: string[] = [];
  const all: FetchTools = {
    address: "http://desk/requests/attachment",
    token: "token",
    fetch: (url, init) => {
      asked.push(`${String(url)} ${new Headers(init?.headers).get("authorization")}`);
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
    },
    subtle: crypto.subtle,
    ...more,
  };
  return { all, asked };
}

describe("fetchFile", () => {
  it("asks with the token and answers the bytes that were attached", async () => {
    const { all, asked } = tools(new Response("hello"));
    expect(await (await fetchFile(all, file)).text()).toBe("hello");
    expect(asked).toEqual(["http://desk/requests/attachment?id=a%261 Bearer token"]);
  });

  it.each([["jello"], ["hell"], [""]])("gives nothing where %j came instead", async (came) => {
    await expect(fetchFile(tools(new Response(came)).all, file)).rejects.toThrow(/is not the file that was attached/);
  });

  it("compares the size where the browser computes no digests", async () => {
    expect(await (await fetchFile(tools(new Response("jello"), { subtle: null }).all, file)).text()).toBe("jello");
    await expect(fetchFile(tools(new Response("hell"), { subtle: null }).all, file)).rejects.toThrow(/Tell an admin/);
  });

  it("says what the desk said where it refuses", async () => {
    const message = "This does not exist, or you may not see it.";
    const refused = Response.json({ code: "notFound", message }, { status: 404 });
    await expect(fetchFile(tools(refused).all, file)).rejects.toThrow(message);
  });

  it("says that the connection broke off", async () => {
    const lost = fetchFile(tools(new TypeError("Failed to fetch")).all, file);
    await expect(lost).rejects.toBeInstanceOf(Said);
    await expect(lost).rejects.toThrow(/^The connection broke off/);
  });
});
