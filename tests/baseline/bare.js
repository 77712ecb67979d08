// What the relay is measured against: an object with one table and one insert per request, and nothing else.
export class Bare {
  constructor({ storage: { sql } }) {
    this.sql = sql;
    sql.exec('CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL)');
  }

  async fetch(request) {
    this.sql.exec('INSERT INTO bare (body) VALUES (?)', await request.arrayBuffer());
    return new Response(null, { status: 201 });
  }
}

export default {
  // A new object, or the one that the header names.
  async fetch(request, { BARE }) {
    const name = request.headers.get('object');
    const id = name ? BARE.idFromString(name) : BARE.newUniqueId();
    const answer = await BARE.get(id).fetch(request);
    return new Response(id.toString(), { status: answer.status });
  },
};
