/**
 * The floor: the least that a durable decision over a WebSocket can cost on this machine. A bare `ws` server over one
 * SQLite file (WAL, full synchronisation) takes messages, writes two rows for each, commits all that wait in one group,
 * then answers the sender and tells the sockets that watch. No functions, no validation, no permissions, no live queries.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type WebSocket, WebSocketServer } from "ws";

const dir = mkdtempSync(join(tmpdir(), "countersign-floor-"));
const db = new DatabaseSync(join(dir, "floor.sqlite3"));
db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
db.exec("CREATE TABLE decisions(id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE events(id INTEGER PRIMARY KEY, body TEXT)");
const decision = db.prepare("INSERT INTO decisions(body) VALUES (?)");
const event = db.prepare("INSERT INTO events(body) VALUES (?)");

const watching = new Set<WebSocket>();
let waiting: { socket: WebSocket; text: string }[] = [];

function commitGroup(): void {
  const group = waiting;
  waiting = [];
  db.exec("BEGIN IMMEDIATE");
  for (const { text } of group) {
    decision.run(text);
    event.run(text);
  }
  db.exec("COMMIT");
  for (const { socket, text } of group) {
    socket.send(`done ${text}`);
    for (const watcher of watching) watcher.send(`seen ${text}`);
  }
}

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") process.send?.({ port: address.port });
});
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = String(data);
    if (text === "watch") watching.add(socket);
    else if (waiting.push({ socket, text }) === 1) setImmediate(commitGroup);
  });
  socket.on("close", () => watching.delete(socket));
});
process.on("disconnect", () => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});
