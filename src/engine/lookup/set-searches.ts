/**
 * For `name of set`: floods that look for the objects that may be in a set, and those that go on to the names of what they
 * meet. All floods of one lookup share them.
 */
import type { Member } from '../member.ts';
import type { MetSubjects } from './met-subjects.ts';
import { NEW } from './pairs.ts';
import type { SubjectWork } from './subject-work.ts';

/** What a flood is to the others. */
export interface Flood {
  readonly met: MetSubjects;
  reach(member: Member, object: number): void;
  /** Everybody in the name of any object may be in the set: a wildcard stands for all of them. */
  reachAll(name: Member): Generator<void, void, void>;
  /** Goes on as far as it can without the others. */
  drainOwn(): Generator<void, void, void>;
}

interface Listener {
  flood: Flood;
  name: Member;
  /** Of the objects met, the first whose name it has not gone on to. */
  next: number;
  tookAll: boolean;
}

/** Objects that may be in a set of an object, and the floods that go on to their names. */
interface SetSearch {
  flood: Flood;
  listeners: Listener[];
}

export class SetSearches {
  /** By the type of the objects, the set and whose it is. */
  private readonly searches = new Map<string, SetSearch>();
  private readonly work: SubjectWork;

  constructor(work: SubjectWork) {
    this.work = work;
  }

  /**
   * `flood` is to go on to `name` of the objects that are, or come to be, in the set of `object`.
   * @param start makes the flood that looks for them
   */
  listen(flood: Flood, name: Member, set: Member, object: number, start: () => Flood): void {
    const key = `${name.type} ${set.index} ${object}`;
    let search = this.searches.get(key);
    if (search === undefined) {
      search = { flood: start(), listeners: [] };
      this.searches.set(key, search);
      search.flood.reach(set, object);
    }
    search.listeners.push({ flood, name, next: 0, tookAll: false });
  }

  /** Looks on for objects, and tells who waits for them. @returns whether there were any that had not been told of */
  *goOn(): Generator<void, boolean, void> {
    let isNew = false;
    // More may come to be while it goes on.
    for (const { flood, listeners } of this.searches.values()) {
      yield* flood.drainOwn();
      for (const listener of listeners) {
        if (yield* this.tell(listener, flood.met)) isNew = true;
      }
    }
    return isNew;
  }

  private *tell(listener: Listener, met: MetSubjects): Generator<void, boolean, void> {
    const { flood, name } = listener;
    let isNew = false;
    if (!listener.tookAll && met.wildcardState !== NEW) {
      listener.tookAll = true;
      yield* flood.reachAll(name);
      isNew = true;
    }
    for (; listener.next < met.size; listener.next++) {
      flood.reach(name, met.objectAt(listener.next));
      isNew = true;
      this.work.count(1);
    }
    return isNew;
  }
}
